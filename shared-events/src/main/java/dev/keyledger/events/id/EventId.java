package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * An event of the ledger: {@code evt_} and a UUID of version 7 (RFC 9562, section 5.7) in its
 * canonical text.
 */
public record EventId(@JsonValue String value) implements Id {
  public static final String PREFIX = "evt_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public EventId {
    IdFormat.check(PREFIX, value);
  }

  public static EventId of(UUID uuid) {
    return new EventId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
