package dev.keyledger.command.relay;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting thread; several calls before it woke are one. */
final class Signal {
  private final Semaphore given = new Semaphore(0);

  void give() {
    if (given.availablePermits() == 0) {
      given.release();
    }
  }

  /** Returns at once when the signal was given since the last wait. */
  boolean await(Duration atMost) throws InterruptedException {
    boolean woken = given.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    given.drainPermits();
    return woken;
  }
}
