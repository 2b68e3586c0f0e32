package dev.keyledger.kit.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where the reading of a partition begins, or goes on. */
public sealed interface StartingPoint {
  /**
   * @param next offset of the record to begin with, whether or not the topic still holds it
   */
  record Offset(long next) implements StartingPoint {}

  /** With all that the topic still holds. */
  record Beginning() implements StartingPoint {}

  /** With what is committed from now on. */
  record End() implements StartingPoint {}

  /**
   * With the first record of that time or later; with the end where nothing is that young.
   *
   * @param millis since the epoch, by the stamps of records
   */
  record Since(long millis) implements StartingPoint {}

  /** What these come to now, asked of the broker in as few questions as there are kinds. */
  static Map<TopicPartition, Long> offsets(
      Consumer<?, ?> consumer, Map<TopicPartition, StartingPoint> points) {
    var offsets = new HashMap<TopicPartition, Long>();
    var beginnings = new HashSet<TopicPartition>();
    var ends = new HashSet<TopicPartition>();
    var times = new HashMap<TopicPartition, Long>();
    points.forEach((partition, point) -> {
      switch (point) {
        case Offset offset -> offsets.put(partition, offset.next());
        case Beginning beginning -> beginnings.add(partition);
        case End end -> ends.add(partition);
        case Since since -> times.put(partition, Math.max(0, since.millis()));
      }
    });
    if (!beginnings.isEmpty()) {
      offsets.putAll(consumer.beginningOffsets(beginnings));
    }
    if (!ends.isEmpty()) {
      offsets.putAll(consumer.endOffsets(ends));
    }
    if (!times.isEmpty()) {
      // The end is asked for first: what is committed between the two questions comes after it.
      // Asked for later it would lie behind that, which would be skipped.
      Set<TopicPartition> byTime = times.keySet();
      offsets.putAll(consumer.endOffsets(byTime));
      Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
      for (TopicPartition partition : byTime) {
        OffsetAndTimestamp first = found.get(partition);
        if (first != null) {
          offsets.put(partition, first.offset());
        }
      }
    }
    return offsets;
  }
}
