package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.TrustedProxies;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class GatewayHeadersTest {
  private static final Problem REFUSAL = Problem.of(401, "no", "No.").because("revoked");

  private final GatewayHeaders gateway =
      new GatewayHeaders(new TrustedProxies(List.of("10.0.0.1")));

  private static MockHttpServletRequest from(String peer) {
    var request = new MockHttpServletRequest();
    request.setRemoteAddr(peer);
    return request;
  }

  @Test
  void aTrustedProxysWordIsTaken() {
    var request = from("10.0.0.1");
    request.addHeader(GatewayHeaders.DIALECT, "incrm");
    request.addHeader(GatewayHeaders.ENVIRONMENT, "production, live");

    assertThat(gateway.dialectOf(request)).isEqualTo("incrm");
    assertThat(gateway.environmentsOf(request)).containsExactlyInAnyOrder("production", "live");
    assertThat(gateway.toldTo(request, REFUSAL).headers())
        .containsEntry(GatewayHeaders.REASON, "revoked");
  }

  @Test
  void anybodyElsesIsNot() {
    var request = from("10.0.0.2");
    request.addHeader(GatewayHeaders.DIALECT, "incrm");
    request.addHeader(GatewayHeaders.ENVIRONMENT, "live");

    assertThat(gateway.dialectOf(request)).isNull();
    assertThat(gateway.environmentsOf(request)).isEmpty();
    assertThat(gateway.toldTo(request, REFUSAL).headers()).isEmpty();
  }

  @Test
  void onlyADialectHearsReasons() {
    var canonical = from("10.0.0.1");
    canonical.addHeader(GatewayHeaders.DIALECT, "canonical");

    assertThat(gateway.toldTo(canonical, REFUSAL).headers()).isEmpty();
    assertThat(gateway.toldTo(from("10.0.0.1"), REFUSAL).headers()).isEmpty();
  }

  @Test
  void aHeaderThatNamesNothingStandsForNoEnvironmentRatherThanAll() {
    var request = from("10.0.0.1");
    request.addHeader(GatewayHeaders.ENVIRONMENT, " ");

    assertThat(gateway.environmentsOf(request)).containsExactly("");
  }
}
