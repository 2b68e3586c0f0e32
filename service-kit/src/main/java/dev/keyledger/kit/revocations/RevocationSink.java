package dev.keyledger.kit.revocations;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.RecordPlace;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where what is read of {@code revocations.v1} goes. Called on the reader's thread, in the order of
 * each partition; what was applied before may come once more.
 */
public interface RevocationSink {
  /**
   * What follows is of this topic.
   *
   * @param topic its id (KIP-516), another one than before where it was made anew
   */
  default void reads(Uuid topic) {}

  /** The topic is an older state of itself: other records may stand at offsets that were read. */
  default void setBack() {}

  /**
   * @param offset of the record in its partition
   */
  void apply(int partition, long offset, Revocation revocation);

  /**
   * A record that can't be read could have been anything of its stream.
   *
   * @param stream of which it may be; {@code null} where that can't be told
   */
  void unreadable(RecordPlace place, @Nullable String stream);

  /** An operator had all go on without that record. On another thread than the rest. */
  void acknowledged(RecordPlace place);

  /**
   * The step after each poll, and before the first: all that was polled has been handed over.
   *
   * @param positions of all partitions: of the first record of each that wasn't read yet
   */
  default void reached(Map<TopicPartition, Long> positions) {}

  /** The same goes to another too, and there after here. */
  default RevocationSink and(RevocationSink other) {
    return new BothSinks(this, other);
  }
}
