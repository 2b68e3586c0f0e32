package dev.keyledger.token.identity.people;

import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.FairQueue;
import dev.keyledger.kit.web.bounds.Network;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * The few threads that compute one thing that is slow. What waits for them has its turn by network.
 * Work beyond the queue, or beyond its network's share of it, is refused at once with 503 {@code
 * busy}, so that a flood of sign-ins takes neither the processors, nor the threads that verifies
 * run on, nor other networks' turns.
 */
final class FairThreads implements AutoCloseable {
  private final FairQueue<FutureTask<?>> waiting;
  private final List<Thread> threads;

  /**
   * @param room how many may wait, at least 2
   */
  FairThreads(String name, int threads, int room) {
    this.waiting = new FairQueue<>(room);
    this.threads =
        IntStream.range(0, threads)
            .mapToObj(
                i -> Thread.ofPlatform().name(name + "-" + i).daemon(true).start(this::workOn))
            .toList();
  }

  private void workOn() {
    try {
      while (true) {
        waiting.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param network of whoever it is done for
   * @throws ProblemException 503 {@code busy} when too many wait already
   */
  <T> T run(Network network, Callable<T> work) {
    var task = new FutureTask<T>(work);
    if (!waiting.offer(network, task)) {
      throw Proofs.busy().toException();
    }
    try {
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw Proofs.busy().toException();
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  /** As {@link #run(Network, Callable)}, for what gives nothing back. */
  void run(Network network, Runnable work) {
    run(network, Executors.callable(work));
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException("slow work failed", e.getCause());
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
