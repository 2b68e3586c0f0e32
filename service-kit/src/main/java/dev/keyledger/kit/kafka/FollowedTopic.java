package dev.keyledger.kit.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Where one follower stands in a topic, and in which that the name stood for: a name may come to
 * stand for another topic while partitions of the one before are being read. Not thread-safe.
 */
public final class FollowedTopic {
  /**
   * What a poll covers of a partition.
   *
   * @param topic the id of the one that it was read from
   * @param from where it began
   * @param next where the partition goes on behind it
   */
  public record Span(String topic, long from, long next) {}

  private final String name;
  private final Map<Integer, String> ids = new HashMap<>();
  private Map<Integer, Long> positions = Map.of();
  private String newest = "";

  public FollowedTopic(String name) {
    this.name = name;
  }

  /**
   * @param topics the ids behind the names now
   * @return the numbers of the partitions, which are read from that topic from now on
   */
  public Set<Integer> begin(Collection<TopicPartition> partitions, Map<String, Uuid> topics) {
    newest = String.valueOf(topics.get(name));
    Set<Integer> numbers =
        partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    numbers.forEach(number -> ids.put(number, newest));
    return numbers;
  }

  /** The id of the topic that the name was last heard to stand for. */
  public String id() {
    return newest;
  }

  public void reached(Map<TopicPartition, Long> reached) {
    positions = byNumber(reached);
  }

  /** Where the follower stands in these partitions. */
  public Map<Integer, Long> positionsOf(Collection<TopicPartition> partitions) {
    Map<Integer, Long> own = new TreeMap<>();
    partitions.forEach(
        one -> own.put(one.partition(), positions.getOrDefault(one.partition(), 0L)));
    return own;
  }

  /**
   * @param next where each polled partition goes on
   * @throws OptimisticLockingFailureException for a partition that was begun before others, in a
   *     topic that is gone by now: it is to be begun again, as they were
   */
  public Map<Integer, Span> polled(Map<TopicPartition, Long> next) {
    Map<Integer, Span> polled = new TreeMap<>();
    next.forEach((partition, offset) -> {
      String id = ids.getOrDefault(partition.partition(), "");
      if (!id.equals(newest)) {
        throw new OptimisticLockingFailureException(partition + " was read from another topic");
      }
      long from = positions.getOrDefault(partition.partition(), 0L);
      polled.put(partition.partition(), new Span(id, from, offset));
    });
    return polled;
  }

  /** By the number alone, where the topic goes without saying. */
  public static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> numbered = new HashMap<>();
    offsets.forEach((partition, offset) -> numbered.put(partition.partition(), offset));
    return numbered;
  }
}
