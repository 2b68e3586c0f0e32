package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.web.ProblemWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class BlockingRequestLimitTest {
  private final BlockingRequestLimit room =
      new BlockingRequestLimit(
          new ProblemWriter(EventCodec.mapper()),
          new ClientAddresses(new TrustedProxies(List.of())),
          2);

  @Test
  void whoComesWhileItIsFullIsToldSoAndWhoComesAfterwardsGetsIn() throws Exception {
    var refused = new MockHttpServletResponse();
    var next = new MockHttpServletResponse();

    room.doFilter(
        asking("/v1/tokens", "203.0.113.1"),
        new MockHttpServletResponse(),
        (request, response) ->
            room.doFilter(
                asking("/internal/v1/people", "203.0.113.3"),
                new MockHttpServletResponse(),
                (another, other) ->
                    room.doFilter(
                        asking("/v1/tokens", "203.0.113.2"), refused, new MockFilterChain())));
    room.doFilter(asking("/v1/tokens", "203.0.113.2"), next, new MockFilterChain());

    assertThat(refused.getStatus()).isEqualTo(503);
    assertThat(refused.getContentAsString()).contains("\"busy\"");
    assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
    assertThat(next.getStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions",
        "/v1/sessions/refresh",
        "/v1/me/password",
        "/v1/invitations/accept",
        "/v1/tokens",
        "/oauth2/token",
        "/oauth2/revoke"
      })
  void oneNetworkLeavesHalfOfItToOthers(String path) throws Exception {
    var same = new MockHttpServletResponse();
    var other = new MockHttpServletResponse();

    room.doFilter(
        asking(path, "203.0.113.1"),
        new MockHttpServletResponse(),
        (request, response) -> {
          room.doFilter(asking(path, "203.0.113.1"), same, new MockFilterChain());
          room.doFilter(asking(path, "203.0.113.2"), other, new MockFilterChain());
        });

    assertThat(same.getStatus()).isEqualTo(503);
    assertThat(other.getStatus()).isEqualTo(200);
  }

  @Test
  void thePlatformsOwnServicesAskForEverybodyAndMayTakeAllOfIt() throws Exception {
    var same = new MockHttpServletResponse();

    room.doFilter(
        asking("/internal/v1/people", "203.0.113.3"),
        new MockHttpServletResponse(),
        (request, response) ->
            room.doFilter(
                asking("/internal/v1/people", "203.0.113.3"), same, new MockFilterChain()));

    assertThat(same.getStatus()).isEqualTo(200);
  }

  @Test
  void aRequestThatFailsGivesItsPlaceBack() throws Exception {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() ->
                room.doFilter(
                    asking("/v1/sessions", "203.0.113.1"),
                    new MockHttpServletResponse(),
                    (request, response) -> {
                      throw new java.io.IOException("gone");
                    })))
        .hasMessage("gone");
    var next = new MockHttpServletResponse();

    room.doFilter(asking("/v1/sessions", "203.0.113.1"), next, new MockFilterChain());

    assertThat(next.getStatus()).isEqualTo(200);
  }

  private static MockHttpServletRequest asking(String path, String address) {
    var request = new MockHttpServletRequest("POST", path);
    request.setRemoteAddr(address);
    return request;
  }
}
