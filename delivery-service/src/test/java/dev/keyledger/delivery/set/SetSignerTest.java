package dev.keyledger.delivery.set;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.TestServerKeys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SetSignerTest {
  private final TestServerKeys keys = new TestServerKeys();
  private final SetSigner signer = new SetSigner(keys);

  private String signed() {
    return signer.sign("{}".getBytes(StandardCharsets.UTF_8));
  }

  private static String head(String token) {
    byte[] head = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
    return new String(head, StandardCharsets.UTF_8);
  }

  @Test
  void aKeyThatSucceedsSignsAndTheOneBeforeIsPublishedStill() {
    String before = signed();
    assertThat(signed()).isEqualTo(before);
    assertThat(head(before)).contains("\"kid\":\"a\"");

    keys.succeed(Purpose.SECURITY_EVENTS);

    assertThat(head(signed())).contains("\"kid\":\"b\"");
    assertThat(signer.currentId()).isEqualTo("b");
    assertThat((List<?>) signer.jwks().get("keys"))
        .extracting(key -> ((Map<?, ?>) key).get("kid"))
        .asString()
        .isEqualTo("[a, b]");
  }
}
