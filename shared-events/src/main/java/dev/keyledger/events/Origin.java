package dev.keyledger.events;

import dev.keyledger.events.credential.SealedText;
import org.jspecify.annotations.Nullable;

/**
 * Where a command came from.
 *
 * @param address the caller's IP address under the caller's own key, so that erasing the person
 *     erases it
 * @param traceparent W3C trace context
 */
public record Origin(
    @Nullable String requestId, @Nullable SealedText address, @Nullable String traceparent) {
  public static final Origin NONE = new Origin(null, null, null);
}
