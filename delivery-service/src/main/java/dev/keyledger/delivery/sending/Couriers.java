package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.WebhookSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Has a courier for each subscription of which something is due, as far as no other replica has
 * one.
 */
@Component
public final class Couriers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Couriers.class);
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final ReceiverReports reports;
  private final CourierTable table;
  private final WebhookSettings settings;
  private final Clock clock;
  private final Courier.Means means;
  private final Map<SubscriptionKey, Courier> atWork = new ConcurrentHashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private final int atMost;
  private final Semaphore free;
  private volatile boolean running;
  private @Nullable Thread thread;
  private boolean failing;

  Couriers(
      CourierTable table,
      SignedPost post,
      Attempts attempts,
      WebhookSettings settings,
      ReceiverReports reports,
      Clock clock) {
    this.reports = reports;
    this.table = table;
    this.settings = settings;
    this.clock = clock;
    this.atMost = settings.couriersAtOnce();
    this.free = new Semaphore(atMost);
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
    woken.release();
    if (!subscriptions.isEmpty()) {
      reports.wake();
    }
  }

  private void run() {
    while (running) {
      try {
        dispatch();
        failing = false;
        var unused = woken.tryAcquire(settings.interval().toMillis(), TimeUnit.MILLISECONDS);
        woken.drainPermits();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        if (!failing) {
          log.warn("nothing is sent just now: {}", e.getClass().getSimpleName());
        }
        failing = true;
        rest();
      }
    }
  }

  private void rest() {
    try {
      Thread.sleep(settings.interval());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dispatch() {
    int most = free.availablePermits();
    if (most == 0) {
      return;
    }
    long now = System.nanoTime();
    // Not one for the replica: a courier whose lease is over must not take another's for its own.
    UUID holder = UUID.randomUUID();
    for (SubscriptionKey key : table.claim(holder, settings.lease(), clock.instant(), most)) {
      begin(key, holder, now);
    }
  }

  private void begin(SubscriptionKey key, UUID holder, long leasedAt) {
    var courier =
        new Courier(
            key, holder, means, leasedAt, () -> free.availablePermits() == 0, () -> !running);
    free.acquireUninterruptibly();
    atWork.put(key, courier);
    Thread.ofVirtual()
        .name("courier-" + key.subscription().value())
        .start(() -> {
          try {
            courier.run();
          } catch (RuntimeException | Error e) {
            log.warn("a courier was broken off: {}", e.getClass().getSimpleName());
          } finally {
            atWork.remove(key, courier);
            free.release();
            if (courier.hasSent()) {
              // What came while it was ending is nobody's yet.
              woken.release();
            }
          }
        });
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("couriers").start(this::run);
  }

  /** What is under way comes to its end first. */
  @Override
  public void stop() {
    running = false;
    woken.release();
    Thread own = thread;
    try {
      if (own != null) {
        own.join(STOPPING);
      }
      var unused = free.tryAcquire(atMost, STOPPING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
