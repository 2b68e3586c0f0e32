package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * A person's membership of one organisation: {@code mem_} and a UUID of version 7 (RFC 9562,
 * section 5.7) in its canonical text.
 */
public record MemberId(@JsonValue String value) implements Id {
  public static final String PREFIX = "mem_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public MemberId {
    IdFormat.check(PREFIX, value);
  }

  public static MemberId of(UUID uuid) {
    return new MemberId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
