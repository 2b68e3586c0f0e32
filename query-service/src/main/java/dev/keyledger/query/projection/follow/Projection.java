package dev.keyledger.query.projection.follow;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.kafka.TopicIds;
import dev.keyledger.query.versions.ViewVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** The threads of this replica that keep one view version up to date. */
final class Projection {
  private final List<TopicFollower<byte[], byte[]>> followers = new ArrayList<>();

  /**
   * @param threads as many consumers of the view version's group; two keep both this process and
   *     PostgreSQL at work
   * @param targets one for each thread
   * @param consumers by their group
   */
  static Projection start(
      ViewVersion version,
      int threads,
      Supplier<ProjectionTarget> targets,
      TopicIds topicIds,
      Function<String, Consumer<byte[], byte[]>> consumers) {
    var projection = new Projection();
    for (int i = 0; i < threads; i++) {
      var follower =
          TopicFollower.shared(
              "projection-g" + version.number() + "-" + i,
              Topics.EVENTS,
              targets.get(),
              topicIds,
              () -> consumers.apply("keyledger-query-g" + version.number()));
      follower.start();
      projection.followers.add(follower);
    }
    return projection;
  }

  /** Whether all of its threads are at work. */
  boolean isRunning() {
    return followers.stream().allMatch(TopicFollower::isRunning);
  }

  void stop(Duration patience) throws InterruptedException {
    followers.forEach(TopicFollower::signalStop);
    for (TopicFollower<byte[], byte[]> follower : followers) {
      follower.stop(patience);
    }
  }
}
