package dev.keyledger.token;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs two pieces of work over one another, again and again, each time by another offset, from some
 * nanoseconds to some microseconds: a reader of several fields meets a writer between any two of
 * them.
 */
public final class Overlap {
  private static final int LONGEST = 11; // Two to the power of it, in spins.

  private Overlap() {}

  /**
   * @param prepare before each round, while neither runs
   * @param beside on another thread, overlapping with {@code work}
   * @param check after each round, when both are over
   */
  public static void rounds(
      int rounds, Runnable prepare, Runnable beside, Runnable work, Runnable check) {
    var begun = new AtomicInteger();
    var ended = new AtomicInteger();
    var failure = new AtomicReference<RuntimeException>();
    Thread other =
        Thread.ofPlatform()
            .daemon(true)
            .start(() -> {
              var random = new Random(1);
              for (int round = 1; round <= rounds; round++) {
                await(begun, round);
                spin(random.nextInt(1 << random.nextInt(LONGEST)));
                try {
                  beside.run();
                } catch (RuntimeException e) {
                  failure.compareAndSet(null, e);
                }
                ended.set(round);
              }
            });
    var random = new Random(2);
    for (int round = 1; round <= rounds && other.isAlive(); round++) {
      prepare.run();
      begun.set(round);
      spin(random.nextInt(1 << random.nextInt(LONGEST)));
      work.run();
      await(ended, round);
      if (failure.get() != null) {
        throw failure.get();
      }
      check.run();
    }
  }

  private static void spin(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  // Yields now and then, since there may be fewer processors than threads that wait.
  private static void await(AtomicInteger counter, int value) {
    for (int i = 1; counter.get() < value; i++) {
      if (i % 10_000 == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
