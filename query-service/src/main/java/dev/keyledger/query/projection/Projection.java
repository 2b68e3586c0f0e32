package dev.keyledger.query.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The threads of this replica that keep one generation up to date. */
final class Projection {
  private final List<ProjectionConsumer> consumers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param threads as many consumers of the generation's group; two keep both this process and
   *     PostgreSQL at work
   */
  static Projection start(
      Generation generation, int threads, Supplier<ProjectionConsumer> consumer) {
    var projection = new Projection();
    for (int i = 0; i < threads; i++) {
      ProjectionConsumer one = consumer.get();
      projection.consumers.add(one);
      projection.threads.add(
          Thread.ofPlatform().name("projection-g" + generation.number() + "-" + i).start(one));
    }
    return projection;
  }

  boolean isOutOfRange() {
    return consumers.stream().anyMatch(ProjectionConsumer::isOutOfRange);
  }

  /** Whether all of its threads are at work. */
  boolean isRunning() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  void stop(Duration patience) throws InterruptedException {
    consumers.forEach(ProjectionConsumer::stop);
    for (Thread thread : threads) {
      thread.join(patience);
    }
  }
}
