package dev.keyledger.kit.rounds;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A task that comes again and again. A scheduler by itself ends one for ever, and without a word,
 * that has thrown once; here whatever is thrown is told, an {@link Error} too, and the next turn
 * comes in its time.
 */
public final class Recurring {
  private Recurring() {}

  /**
   * @param first until the first turn
   * @param pause between the end of a turn and the beginning of the next
   * @param failed is told what a turn has thrown; what it throws itself ends nothing either
   */
  public static ScheduledFuture<?> every(
      ScheduledExecutorService scheduler,
      Duration first,
      Duration pause,
      Runnable turn,
      Consumer<Throwable> failed) {
    return scheduler.scheduleWithFixedDelay(
        () -> attempt(turn, failed), first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void attempt(Runnable turn, Consumer<Throwable> failed) {
    try {
      turn.run();
    } catch (RuntimeException | Error e) {
      tell(failed, e);
    }
  }

  @SuppressWarnings("EmptyCatch")
  private static void tell(Consumer<Throwable> failed, Throwable e) {
    try {
      failed.accept(e);
    } catch (RuntimeException | Error untold) {
      // Out of memory, for one, may last until after it was told.
    }
  }
}
