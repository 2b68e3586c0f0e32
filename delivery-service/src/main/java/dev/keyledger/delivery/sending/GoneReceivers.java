package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells the ledger of receivers that are there no more, once each: nothing is sent to them until it
 * says that they go on.
 */
@Component
final class GoneReceivers {
  private static final Logger log = LoggerFactory.getLogger(GoneReceivers.class);
  private static final int PAGE = 100;
  private static final String PATH = "/internal/v1/subscriptions/gone";

  private record Gone(OrganizationId organization, SubscriptionId subscription) {}

  private record Told(long position) {}

  private final CourierTable table;
  private final TokenServiceClient ledger;
  private final AtomicBoolean atWork = new AtomicBoolean();
  private volatile boolean areRefused;

  GoneReceivers(
      CourierTable table,
      @Value("${keyledger.command-service.url}") URI url,
      InternalTokens tokens) {
    this.table = table;
    this.ledger =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_COMMAND));
  }

  /** On a thread of its own: nothing else that is scheduled waits for the ledger's answers. */
  @Scheduled(fixedDelayString = "PT2S")
  void tell() {
    if (atWork.compareAndSet(false, true)) {
      Thread.ofVirtual().name("gone-receivers").start(this::tellAll);
    }
  }

  private void tellAll() {
    int refused = 0;
    try {
      List<SubscriptionKey> page = table.gone(null, PAGE);
      while (!page.isEmpty()) {
        for (SubscriptionKey one : page) {
          refused += isTold(one) ? 0 : 1;
        }
        page = table.gone(page.getLast(), PAGE);
      }
      if (refused > 0 && !areRefused) {
        log.warn("the ledger doesn't pause {} subscriptions whose receivers are gone", refused);
      }
      areRefused = refused > 0;
    } catch (UnansweredException | DataAccessException e) {
      log.warn("the ledger isn't told of receivers yet: {}", e.getClass().getSimpleName());
    } finally {
      atWork.set(false);
    }
  }

  /**
   * One that the ledger doesn't pause holds up no other.
   *
   * @throws UnansweredException when the ledger doesn't answer at all
   */
  private boolean isTold(SubscriptionKey key) {
    try {
      var unused = ledger.post(PATH, new Gone(key.organization(), key.subscription()), Told.class);
      table.goneIsTold(key);
      return true;
    } catch (UnansweredException e) {
      if (e.status() == 0) {
        throw e;
      }
      return false;
    }
  }
}
