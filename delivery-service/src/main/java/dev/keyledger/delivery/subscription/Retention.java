package dev.keyledger.delivery.subscription;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets messages die that were tried for too long, or whose subscription was removed, and forgets
 * what is long over.
 */
@Component
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private static final int SUBSCRIPTIONS = 100;

  private final SubscriptionTable subscriptions;
  private final MessageTable messages;
  private final WebhookSettings settings;
  private final AgreedClock clock;
  private final AtomicBoolean atWork = new AtomicBoolean();

  Retention(
      SubscriptionTable subscriptions,
      MessageTable messages,
      WebhookSettings settings,
      AgreedClock clock) {
    this.subscriptions = subscriptions;
    this.messages = messages;
    this.settings = settings;
    this.clock = clock;
  }

  /** On a thread of its own: alarms that are scheduled too don't wait for a long sweep. */
  @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
  void begin() {
    if (atWork.compareAndSet(false, true)) {
      Thread.ofVirtual().name("webhook-retention").start(this::sweepAlone);
    }
  }

  private void sweepAlone() {
    try {
      sweep();
    } finally {
      atWork.set(false);
    }
  }

  void sweep() {
    try {
      Instant now = clock.instant();
      for (SubscriptionKey one : subscriptions.ending(SUBSCRIPTIONS)) {
        Batches.deleteAll(most -> messages.endAll(one, now, most));
        subscriptions.ended(one);
      }
      Batches.deleteAll(most -> messages.endPending(now.minus(settings.retryFor()), now, most));
      Batches.deleteAll(most -> messages.dropBodies(now.minus(settings.bodiesRetention()), most));
      Batches.deleteAll(most -> messages.forget(now.minus(settings.attemptsRetention()), most));
    } catch (DataAccessException e) {
      log.warn("messages can't be swept just now: {}", e.getClass().getSimpleName());
    }
  }
}
