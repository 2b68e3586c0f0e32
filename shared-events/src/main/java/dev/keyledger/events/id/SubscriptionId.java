package dev.keyledger.events.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * A subscription: {@code sub_} and a UUID of version 7 (RFC 9562, section 5.7) in its canonical
 * text.
 */
public record SubscriptionId(@JsonValue String value) implements Id {
  public static final String PREFIX = "sub_";

  /**
   * @throws IllegalArgumentException when the text is not such an id
   */
  @JsonCreator
  public SubscriptionId {
    IdFormat.check(PREFIX, value);
  }

  public static SubscriptionId of(UUID uuid) {
    return new SubscriptionId(PREFIX + uuid);
  }

  @Override
  public String toString() {
    return value;
  }
}
