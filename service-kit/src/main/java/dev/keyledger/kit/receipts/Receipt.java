package dev.keyledger.kit.receipts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one position of a stream coming into force. In force means: a consumer that
 * hasn't applied it refuses by itself.
 *
 * @param inForceAt when that was known here; {@code null} while it is not
 * @param consumers those that were registered when the position was committed, as far as known
 */
public record Receipt(
    long position, boolean inForce, @Nullable Instant inForceAt, List<Consumer> consumers) {
  public Receipt {
    consumers = List.copyOf(consumers);
  }

  /**
   * @param appliedAt by the consumer's own clock; {@code null} while it has not acknowledged
   */
  public record Consumer(String name, String instance, @Nullable Instant appliedAt) {}
}
