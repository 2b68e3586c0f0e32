package dev.keyledger.kit.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.testkit.StubServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TokenServiceVouchesTest {
  @Test
  void anOutageIsSaidOnceAndSoIsItsEnd(CapturedOutput output) {
    try (var server = new StubServer()) {
      var vouches =
          new TokenServiceVouches(new TokenServiceClient(server.uri("/"), () -> "credential"));
      server.answerJson(503, "{}");
      assertThat(vouches.ask()).isNull();
      assertThat(vouches.ask()).isNull();
      server.answerJson(200, "{\"id\":\"topic\",\"ends\":[1]}");
      assertThat(vouches.ask()).isNotNull();
      assertThat(vouches.ask()).isNotNull();
    }
    assertThat(output.getAll().split("doesn't say whether the revocations are whole", -1))
        .hasSize(2);
    assertThat(output.getAll().split("says again whether the revocations are whole", -1))
        .hasSize(2);
  }
}
