package dev.keyledger.kit.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of some partitions stands, of a reader that keeps it in memory: an offset goes
 * with the topic that it was an offset of. Not thread-safe.
 */
public final class Places {
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Map<String, Uuid> topics = new HashMap<>();

  /** Forgets the offsets of a name that another topic has now. */
  public void in(Map<String, Uuid> now) {
    now.forEach((name, id) -> {
      if (!id.equals(topics.put(name, id))) {
        next.keySet().removeIf(partition -> partition.topic().equals(name));
      }
    });
  }

  /** The next offset to read; {@code null} where there is none yet, or not any more. */
  public @Nullable Long of(TopicPartition partition) {
    return next.get(partition);
  }

  public void reached(Map<TopicPartition, Long> positions) {
    next.putAll(positions);
  }
}
