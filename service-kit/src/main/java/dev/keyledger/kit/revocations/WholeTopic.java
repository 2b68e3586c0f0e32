package dev.keyledger.kit.revocations;

import dev.keyledger.kit.kafka.TopicMark;
import org.jspecify.annotations.Nullable;

/**
 * Vouches for {@code revocations.v1}: Kafka may have lost what was sent to it, and a reader that
 * begins on what is left would take what has ended for alive.
 */
@FunctionalInterface
public interface WholeTopic {
  /** Which topic holds all that ended, up to where at least; {@code null} while nobody knows. */
  @Nullable TopicMark ask();
}
