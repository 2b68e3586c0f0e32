package dev.keyledger.query.projection.follow;

import dev.keyledger.query.versions.ViewVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The threads of this replica that keep one view version up to date. */
final class Projection {
  private final List<ProjectionFollower> consumers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param threads as many consumers of the view version's group; two keep both this process and
   *     PostgreSQL at work
   */
  static Projection start(ViewVersion version, int threads, Supplier<ProjectionFollower> consumer) {
    var projection = new Projection();
    for (int i = 0; i < threads; i++) {
      ProjectionFollower one = consumer.get();
      projection.consumers.add(one);
      projection.threads.add(
          Thread.ofPlatform().name("projection-g" + version.number() + "-" + i).start(one));
    }
    return projection;
  }

  boolean isOutOfRange() {
    return consumers.stream().anyMatch(ProjectionFollower::isOutOfRange);
  }

  /** Whether all of its threads are at work. */
  boolean isRunning() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  void stop(Duration patience) throws InterruptedException {
    consumers.forEach(ProjectionFollower::stop);
    for (Thread thread : threads) {
      thread.join(patience);
    }
  }
}
