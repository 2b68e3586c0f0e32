package dev.keyledger.events;

import dev.keyledger.events.credential.SealedText;
import org.jspecify.annotations.Nullable;

/**
 * Where an event came from. What is {@code null} isn't written, so that a record of before there
 * was such a field is written again as the same bytes.
 *
 * @param address the caller's IP address under the caller's own key, so that erasing the person
 *     erases it
 * @param traceparent W3C trace context
 * @param userAgent what the caller's client calls itself, under the same key
 * @param cause {@code null} in events of before it was recorded
 */
public record Origin(
    @Nullable String requestId,
    @Nullable SealedText address,
    @Nullable String traceparent,
    @Nullable SealedText userAgent,
    @Nullable EventCause cause) {
  public static final Origin NONE = new Origin(null, null, null);

  /** Of a client that calls itself nothing, before it is known what came of it. */
  public Origin(
      @Nullable String requestId, @Nullable SealedText address, @Nullable String traceparent) {
    this(requestId, address, traceparent, null, null);
  }

  public Origin because(EventCause of) {
    return new Origin(requestId, address, traceparent, userAgent, of);
  }
}
