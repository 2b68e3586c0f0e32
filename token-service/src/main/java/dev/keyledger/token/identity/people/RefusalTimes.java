package dev.keyledger.token.identity.people;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How long refusals took lately that something was hashed for, from the beginning of the try to its
 * end. Those that nothing is hashed for take as long as one of these, by a timer: the time of an
 * answer doesn't tell who is locked out.
 */
final class RefusalTimes {
  private static final int REMEMBERED = 16;

  /**
   * What is done behind the hash takes less, however many organisations are told of the refusal: it
   * is the time of none of them.
   */
  static final Duration TELLING = Duration.ofMillis(50);

  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final AtomicLongArray lately = new AtomicLongArray(REMEMBERED);
  private final AtomicInteger counted = new AtomicInteger();

  RefusalTimes(LongSupplier nanoTime, RandomGenerator random) {
    this.nanoTime = nanoTime;
    this.random = random;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Of what was hashed up to now: what is still to be done takes as long for all.
   *
   * @param begun by {@link #now}
   */
  RefusalTime hashed(long begun) {
    long due = now() + TELLING.toNanos();
    return refusal -> {
      long told = due + Math.max(0, now() - due);
      took(told - begun);
      return new DelayedProblemException(refusal.problem(), told);
    };
  }

  private void took(long nanos) {
    // The counter runs over after two thousand million refusals, the index doesn't.
    lately.set(Math.floorMod(counted.getAndIncrement(), REMEMBERED), Math.max(1, nanos));
  }

  /**
   * As long as one of the last, none of which is told apart. Empty while there was none.
   *
   * @return nanoseconds
   */
  OptionalLong asLongAsAnother() {
    long nanos = lately.get(random.nextInt(REMEMBERED));
    long first = lately.get(0);
    return nanos > 0
        ? OptionalLong.of(nanos)
        : first > 0 ? OptionalLong.of(first) : OptionalLong.empty();
  }

  RefusalTime unhashed(long begun, long nanos) {
    return refusal -> new DelayedProblemException(refusal.problem(), begun + nanos);
  }
}
