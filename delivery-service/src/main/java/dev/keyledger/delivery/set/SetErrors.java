package dev.keyledger.delivery.set;

import dev.keyledger.events.EventCodec;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Why a receiver refuses a security event token, by the words that are registered (RFC 8935,
 * section 2.4, and the framework's own for a verification). What else it says isn't kept: it may
 * hold secrets.
 */
public final class SetErrors {
  private static final Set<String> KNOWN =
      Set.of(
          "invalid_request",
          "invalid_key",
          "invalid_issuer",
          "invalid_audience",
          "authentication_failed",
          "access_denied",
          "invalid_state");

  /** What stands for any other. */
  public static final String OTHER = "refused";

  private SetErrors() {}

  /** {@code null} where an answer's body says none. */
  public static @Nullable String in(byte[] body) {
    try {
      String err = EventCodec.mapper().readTree(body).path("err").asString("");
      return err.isEmpty() ? null : known(err);
    } catch (JacksonException e) {
      return null;
    }
  }

  public static String known(@Nullable String err) {
    return err != null && KNOWN.contains(err) ? err : OTHER;
  }
}
