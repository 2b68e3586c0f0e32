package dev.keyledger.kit.receipts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one position of a stream coming into force. In force means: a consumer that
 * hasn't applied it refuses by itself.
 *
 * @param inForceAt when that was known here; {@code null} while it is not
 * @param consumers those that were registered when the position was committed, and who followed
 *     then, as far as known
 */
public record Receipt(
    long position, boolean inForce, @Nullable Instant inForceAt, List<Consumer> consumers) {
  public Receipt {
    consumers = List.copyOf(consumers);
  }

  /** How a consumer hears of what has ended. */
  public enum Channel {
    /** A replica of token-service, by the topics. */
    TOKEN_SERVICE,
    /** A follower, by a stream of events. */
    SSE,
    /** A follower, by pages alone. */
    PAGE
  }

  /**
   * @param appliedAt by the consumer's own clock, or that of who tells it; {@code null} while it
   *     has not acknowledged
   * @param refusesBy when it refuses by itself, if it acknowledges nothing until then; {@code null}
   *     once it has, and while no commit was seen
   */
  public record Consumer(
      String name,
      String instance,
      Channel channel,
      @Nullable Instant appliedAt,
      @Nullable Instant refusesBy) {}
}
