package dev.keyledger.token;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same work on several threads, let loose together. */
public final class AtOnce {
  private AtOnce() {}

  public static <T> List<T> run(int threads, Callable<T> work) throws Exception {
    var barrier = new CyclicBarrier(threads);
    try (var executor = Executors.newFixedThreadPool(threads)) {
      var futures = new ArrayList<Future<T>>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            executor.submit(() -> {
              barrier.await();
              return work.call();
            }));
      }
      var results = new ArrayList<T>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
