package dev.keyledger.delivery.subscription;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of sending a message once. Nothing of what the receiver answered but its status: the
 * rest may hold secrets.
 *
 * @param status of the answer; {@code null} where there was none
 * @param error why there was none, by its code; where there was one, the registered word that the
 *     receiver of a security event refused it by, or {@code null}
 */
public record Attempt(
    Instant at, @Nullable Integer status, @Nullable String error, long durationMs) {}
