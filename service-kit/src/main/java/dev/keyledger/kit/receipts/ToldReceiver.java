package dev.keyledger.kit.receipts;

import dev.keyledger.events.id.SubscriptionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of telling a receiver of a key's end. That it answered proves that it was told, and not
 * that it refuses: unlike a {@link Receipt.Consumer} it has no bound, and nothing is in force by
 * it.
 *
 * @param name the subscription's
 * @param answeredAt when it answered 2xx, or acknowledged what it had fetched; {@code null} while
 *     it has not
 * @param attempts how often it was sent, or answered about
 * @param lastFailure {@code null} where it answered, and where nothing has failed so far
 */
public record ToldReceiver(
    SubscriptionId subscription,
    String name,
    Channel channel,
    Status status,
    @Nullable Instant answeredAt,
    int attempts,
    @Nullable Failure lastFailure) {

  public enum Channel {
    WEBHOOK,
    /** A stream of security events that is pushed. */
    SSF_PUSH,
    /** One whose receiver fetches what is for it. */
    SSF_POLL
  }

  public enum Status {
    /** It will be tried again, or has yet to be fetched. */
    PENDING,
    ANSWERED,
    /** It isn't tried any more by itself. */
    GIVEN_UP
  }

  /**
   * @param status of its answer; {@code null} where there was none
   * @param error why there was none, or the registered word by which the receiver of a stream
   *     refused it
   */
  public record Failure(Instant at, @Nullable Integer status, @Nullable String error) {}

  /** One that is about to be told. */
  public static ToldReceiver pending(SubscriptionId subscription, String name, Channel channel) {
    return new ToldReceiver(subscription, name, channel, Status.PENDING, null, 0, null);
  }
}
