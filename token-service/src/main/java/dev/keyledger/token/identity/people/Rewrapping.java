package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.token.identity.people.People.Wrapping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Walks all people in bounded steps and brings those whose keys another server key wraps under the
 * current one. A walk ends; another begins when the server keys were succeeded, or after an hour,
 * since a replica that had the former keys may have made people meanwhile. One who can't be read is
 * counted and passed over.
 */
@Component
final class Rewrapping {
  private static final Logger log = LoggerFactory.getLogger(Rewrapping.class);
  private static final int STEP = 500;
  private static final Duration BETWEEN_WALKS = Duration.ofHours(1);

  private final People people;
  private final TransactionOperations transactions;
  private final AgreedClock clock;

  private String target = "";
  private @Nullable PersonId after;
  private @Nullable Instant restsUntil;
  private int rewrapped;
  private int unreadable;
  private volatile int unreadableOfLastWalk;

  Rewrapping(People people, TransactionOperations transactions, AgreedClock clock) {
    this.people = people;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** How many people's keys the last whole walk found wrapped by a key that isn't there. */
  int unreadable() {
    return unreadableOfLastWalk;
  }

  /**
   * @return whether the walk goes on
   */
  synchronized boolean step() {
    String current = people.currentKey();
    Instant now = clock.instant();
    if (!current.equals(target)) {
      target = current;
      begin();
    } else if (restsUntil != null && now.isBefore(restsUntil)) {
      return false;
    } else if (restsUntil != null) {
      begin();
    }
    List<Wrapping> next = people.wrappings(after, current, STEP);
    next.stream().filter(Wrapping::stale).map(Wrapping::person).forEach(this::rewrap);
    if (!next.isEmpty()) {
      after = next.getLast().person();
    }
    if (next.size() < STEP) {
      end(now);
      return false;
    }
    return true;
  }

  private void begin() {
    after = null;
    restsUntil = null;
    rewrapped = 0;
    unreadable = 0;
  }

  private void rewrap(PersonId person) {
    try {
      if (Boolean.TRUE.equals(transactions.execute(status -> people.rewrap(person)))) {
        rewrapped++;
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      unreadable++;
      log.warn("What is stored of {} can't be read: {}", person, e.getMessage());
    }
  }

  private void end(Instant now) {
    restsUntil = now.plus(BETWEEN_WALKS);
    unreadableOfLastWalk = unreadable;
    if (rewrapped > 0) {
      log.info("{} people's data keys are wrapped by the current server key now", rewrapped);
    }
    if (unreadable > 0) {
      log.error(
          "{} people's data keys are wrapped by a server key that is gone or another; keep the"
              + " retired ones",
          unreadable);
    }
  }
}
