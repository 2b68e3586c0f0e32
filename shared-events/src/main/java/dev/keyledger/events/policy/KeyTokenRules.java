package dev.keyledger.events.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that a key's secret obtains.
 *
 * @param lifetime of the access token
 * @param refreshLifetime of a refresh family, from its first token; {@code null} where none is
 *     given
 */
public record KeyTokenRules(Format format, Duration lifetime, @Nullable Duration refreshLifetime) {
  public enum Format {
    /** Readable by token-service alone. */
    OPAQUE,
    /** RFC 9068. */
    JWT
  }
}
