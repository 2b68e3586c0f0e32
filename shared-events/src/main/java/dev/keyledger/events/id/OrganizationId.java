package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * An organisation: {@code org_} and a UUID of version 7 (RFC 9562, section 5.7) in its canonical
 * text.
 */
public record OrganizationId(@JsonValue String value) implements Id {
  public static final String PREFIX = "org_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public OrganizationId {
    IdFormat.check(PREFIX, value);
  }

  public static OrganizationId of(UUID uuid) {
    return new OrganizationId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
