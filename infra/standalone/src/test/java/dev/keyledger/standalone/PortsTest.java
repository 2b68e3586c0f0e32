package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.services.Service;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void allFollowFromTheBaseUrls() {
    var ports = new Ports(8080);
    assertThat(ports.baseUrl()).hasToString("http://localhost:8080");
    assertThat(Arrays.stream(Service.values()).map(ports::of))
        .containsExactlyInAnyOrder(8080, 8081, 8082, 8083, 8084, 8085);
    assertThat(Arrays.stream(Service.values()).map(ports::managementOf))
        .containsExactlyInAnyOrder(9080, 9081, 9082, 9083, 9084, 9085);
  }

  @Test
  void aPortInUseIsOneSentenceThatNamesItItsUserAndTheSetting() throws IOException {
    // Away from the range that the system hands out, so that only this test takes them.
    var ports = new Ports(17_310);
    try (var taken = new ServerSocket(ports.of(Service.TOKEN))) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(ports::requireFree)
          .isInstanceOf(Problem.class)
          .hasMessageContaining("port 17313, which token-service needs, is in use")
          .hasMessageContaining("--port N");
    }
  }

  @Test
  void noPortLiesOutsideOfWhatExists() {
    assertThatThrownBy(() -> new Ports(65_000)).hasMessageContaining("between 1 and 64529");
    assertThatThrownBy(() -> new Ports(0)).hasMessageContaining("not 0");
  }
}
