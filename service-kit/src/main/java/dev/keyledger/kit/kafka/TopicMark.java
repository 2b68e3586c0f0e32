package dev.keyledger.kit.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicIdException;

/**
 * What a writer knows of a topic that it writes: which one it is, and how far it had come at least.
 * The writer keeps it where Kafka can't lose it, and so finds out when Kafka has.
 *
 * @param id of the topic (KIP-516), as {@link org.apache.kafka.common.Uuid} writes it
 * @param ends by partition, each the offset behind a record that was there
 */
public record TopicMark(String id, List<Long> ends) {
  private static final int ANSWER_WITHIN_MILLIS = 2_000;

  public TopicMark {
    ends = List.copyOf(ends);
  }

  /** Whether a topic is this one and ends before it: it was set back to an older state. */
  public boolean isBehind(TopicMark now) {
    return id.equals(now.id)
        && IntStream.range(0, Math.min(ends.size(), now.ends.size()))
            .anyMatch(partition -> now.ends.get(partition) < ends.get(partition));
  }

  /** The same topic, with what lies behind either. */
  public TopicMark and(TopicMark other) {
    if (!id.equals(other.id)) {
      return other;
    }
    var furthest = new ArrayList<Long>(other.ends);
    for (int partition = 0; partition < Math.min(ends.size(), furthest.size()); partition++) {
      furthest.set(partition, Math.max(ends.get(partition), furthest.get(partition)));
    }
    return new TopicMark(id, furthest);
  }

  /** The same topic, once it has a record at that offset. */
  public TopicMark with(int partition, long offset) {
    if (partition >= ends.size() || ends.get(partition) > offset) {
      return this;
    }
    var further = new ArrayList<Long>(ends);
    further.set(partition, offset + 1);
    return new TopicMark(id, further);
  }

  /**
   * Asks how these topics are now; doesn't wait.
   *
   * @return by name, of what is not yet committed too; failed where a topic is missing, was made
   *     anew while this was asked, or Kafka doesn't say
   */
  public static CompletableFuture<Map<String, TopicMark>> ask(
      Admin admin, Collection<String> names) {
    return described(admin, names)
        .thenCompose(before ->
            ends(admin, before)
                .thenCompose(ends ->
                    described(admin, names).thenApply(after -> marks(before, ends, after))));
  }

  private static Map<String, TopicMark> marks(
      Map<String, TopicDescription> before,
      Map<TopicPartition, ListOffsetsResultInfo> ends,
      Map<String, TopicDescription> after) {
    var marks = new HashMap<String, TopicMark>();
    before.forEach((name, topic) -> {
      TopicDescription again = after.get(name);
      if (again == null || !again.topicId().equals(topic.topicId())) {
        throw new UnknownTopicIdException(name + " was made anew");
      }
      List<Long> reached =
          IntStream.range(0, topic.partitions().size())
              .mapToObj(partition ->
                  requireNonNull(ends.get(new TopicPartition(name, partition))).offset())
              .toList();
      marks.put(name, new TopicMark(topic.topicId().toString(), reached));
    });
    return marks;
  }

  private static CompletableFuture<Map<String, TopicDescription>> described(
      Admin admin, Collection<String> names) {
    return admin
        .describeTopics(names, new DescribeTopicsOptions().timeoutMs(ANSWER_WITHIN_MILLIS))
        .allTopicNames()
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends(
      Admin admin, Map<String, TopicDescription> topics) {
    var question = new HashMap<TopicPartition, OffsetSpec>();
    topics.forEach((name, topic) ->
        topic
            .partitions()
            .forEach(partition ->
                question.put(
                    new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
    return admin
        .listOffsets(
            question,
            new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(ANSWER_WITHIN_MILLIS))
        .all()
        .toCompletionStage()
        .toCompletableFuture();
  }
}
