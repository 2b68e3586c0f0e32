package dev.keyledger.delivery.set;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a security event token is about, whoever it is for.
 *
 * @param type a URI
 * @param subject of whom: the {@code sub} of their tokens; {@code null} for the stream itself
 * @param source the id of what happened, the same in all that is told of it
 * @param payload of the event
 */
public record SecurityEvent(
    String type, @Nullable String subject, String source, Map<String, Object> payload, Instant at) {
  public static final String SESSION_REVOKED =
      "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
  public static final String CREDENTIAL_CHANGE =
      "https://schemas.openid.net/secevent/caep/event-type/credential-change";
  public static final String VERIFICATION =
      "https://schemas.openid.net/secevent/ssf/event-type/verification";

  /** The stream was paused, or goes on, and not by its receiver's wish. */
  public static final String STREAM_UPDATED =
      "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

  public SecurityEvent {
    payload = Map.copyOf(payload);
  }
}
