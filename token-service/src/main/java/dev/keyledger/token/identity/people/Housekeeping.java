package dev.keyledger.token.identity.people;

import dev.keyledger.kit.database.AgreedClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Forgets old failures, and brings data keys under the server key that is current. */
@Component
final class Housekeeping {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final int BATCH = 100;

  private final People people;
  private final LockOut lockOut;
  private final TransactionOperations transactions;
  private final AgreedClock clock;

  Housekeeping(
      People people, LockOut lockOut, TransactionOperations transactions, AgreedClock clock) {
    this.people = people;
    this.lockOut = lockOut;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
  void sweepLockOuts() {
    lockOut.sweep(clock.instant());
  }

  /** After a succession this takes as many turns as there are hundreds of people. */
  @Scheduled(initialDelayString = "PT10S", fixedDelayString = "PT10S")
  void rewrapDataKeys() {
    Integer rewrapped = transactions.execute(status -> people.rewrap(BATCH));
    if (rewrapped != null && rewrapped > 0) {
      log.info("{} people's data keys are wrapped by the current server key now", rewrapped);
    }
  }
}
