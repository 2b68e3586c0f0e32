package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.WebhookSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Has a courier for each subscription of which something is due, as far as no other replica has
 * one.
 */
@Component
public final class Couriers extends ClaimedWork {
  private final ReceiverReports reports;
  private final CourierTable table;
  private final WebhookSettings settings;
  private final Clock clock;
  private final Courier.Means means;
  private final Map<SubscriptionKey, Courier> atWork = new ConcurrentHashMap<>();

  Couriers(
      CourierTable table,
      SignedPost post,
      Attempts attempts,
      WebhookSettings settings,
      ReceiverReports reports,
      Clock clock) {
    super("couriers", settings.interval(), settings.couriersAtOnce());
    this.reports = reports;
    this.table = table;
    this.settings = settings;
    this.clock = clock;
    this.means =
        new Courier.Means(
            table,
            post,
            new Backoff(new SecureRandom()),
            attempts,
            settings,
            clock,
            System::nanoTime,
            reports::wake);
  }

  /** Something came for these subscriptions: it is looked for at once. */
  public void news(Collection<SubscriptionKey> subscriptions) {
    for (SubscriptionKey one : subscriptions) {
      Courier own = atWork.get(one);
      if (own != null) {
        own.news();
      }
    }
    wake();
    if (!subscriptions.isEmpty()) {
      reports.wake();
    }
  }

  @Override
  protected void claim(int most) {
    long now = System.nanoTime();
    // Not one for the replica: a courier whose lease is over must not take another's for its own.
    UUID holder = UUID.randomUUID();
    for (SubscriptionKey key : table.claim(holder, settings.lease(), clock.instant(), most)) {
      var courier = new Courier(key, holder, means, now, this::isFull, () -> !isRunning());
      atWork.put(key, courier);
      // What came while it was ending is nobody's yet.
      begin("courier-" + key.subscription().value(), () -> run(key, courier), courier::hasSent);
    }
  }

  private void run(SubscriptionKey key, Courier courier) {
    try {
      courier.run();
    } finally {
      atWork.remove(key, courier);
    }
  }
}
