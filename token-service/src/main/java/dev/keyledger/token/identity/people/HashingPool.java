package dev.keyledger.token.identity.people;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few threads that compute slow hashes. Work beyond its short queue is refused at once with 503
 * {@code busy}, so that a flood of sign-ins can neither take the processors nor the threads that
 * verifies run on.
 */
final class HashingPool implements AutoCloseable {
  private final ThreadPoolExecutor threads;

  HashingPool(PeopleSettings.Hashing settings) {
    this.threads =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            0,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(settings.queue()),
            Thread.ofPlatform().name("hashing-", 0).daemon(true).factory());
  }

  /**
   * @throws ProblemException 503 {@code busy} when too many wait already
   */
  <T> T run(Callable<T> work) {
    Future<T> result;
    try {
      result = threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw busy();
    }
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw busy();
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException("hashing failed", e.getCause());
  }

  static ProblemException busy() {
    return Problem.of(503, "busy", "Too many sign-ins are waiting. Try again.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
