package dev.keyledger.kit.kafka;

import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Seals of this module's tests. */
public final class TestSeals {
  public static final RecordSeals SEALS =
      new RecordSeals(keys("a", "of all tests of this module")::self);

  private TestSeals() {}

  /** Keys of records alone. */
  public record Keys(ServerKeys self) {}

  static Keys keys(String id, String material) {
    byte[] bytes = java.util.Arrays.copyOf(material.getBytes(StandardCharsets.US_ASCII), 32);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new Keys(
        new ServerKeys(
            false,
            List.of(
                new ServerKey(Purpose.RECORDS, id, State.CURRENT, text),
                new ServerKey(Purpose.ACCESS_RECORDS, id, State.CURRENT, text),
                new ServerKey(Purpose.FOLLOWER_RECORDS, id, State.CURRENT, text))));
  }
}
