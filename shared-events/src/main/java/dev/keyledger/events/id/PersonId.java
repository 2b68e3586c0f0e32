package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * A person, who may belong to several organisations: {@code per_} and a UUID of version 7 (RFC
 * 9562, section 5.7) in its canonical text.
 */
public record PersonId(@JsonValue String value) implements Id {
  public static final String PREFIX = "per_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public PersonId {
    IdFormat.check(PREFIX, value);
  }

  public static PersonId of(UUID uuid) {
    return new PersonId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
