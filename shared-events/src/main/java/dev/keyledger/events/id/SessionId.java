package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * A person's signed-in session: {@code ses_} and a UUID of version 7 (RFC 9562, section 5.7) in its
 * canonical text.
 */
public record SessionId(@JsonValue String value) implements Id {
  public static final String PREFIX = "ses_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public SessionId {
    IdFormat.check(PREFIX, value);
  }

  public static SessionId of(UUID uuid) {
    return new SessionId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
