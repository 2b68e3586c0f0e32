package dev.keyledger.command;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** Fresh server keys, one of each purpose. */
public final class TestServerKeys {
  private TestServerKeys() {}

  public static ServerKeys make() {
    var random = new SecureRandom();
    return new ServerKeys(
        false,
        Arrays.stream(Purpose.values())
            .map(purpose -> new ServerKey(purpose, "a", State.CURRENT, material(random)))
            .toList());
  }

  public static String json(ServerKeys keys) {
    return new String(EventCodec.encode((Record) keys), StandardCharsets.UTF_8);
  }

  private static String material(SecureRandom random) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
