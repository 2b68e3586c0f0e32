package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.UUID;

/**
 * An API key; it stays the same while its secrets rotate: {@code key_} and a UUID of version 7 (RFC
 * 9562, section 5.7) in its canonical text.
 */
public record KeyId(@JsonValue String value) implements Id {
  public static final String PREFIX = "key_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public KeyId {
    IdFormat.check(PREFIX, value);
  }

  public static KeyId of(UUID uuid) {
    return new KeyId(PREFIX + uuid);
  }

  /** When it was made, by the clock of who made it: a UUID of version 7 begins with it. */
  public Instant madeAt() {
    return Instant.ofEpochMilli(uuid().getMostSignificantBits() >>> 16);
  }

  @Override
  public String toString() {
    return value;
  }
}
