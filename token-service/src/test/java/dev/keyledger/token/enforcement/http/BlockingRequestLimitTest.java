package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.web.ProblemWriter;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class BlockingRequestLimitTest {
  private final BlockingRequestLimit room =
      new BlockingRequestLimit(new ProblemWriter(EventCodec.mapper()), 1);

  @Test
  void whoComesWhileItIsFullIsToldSoAndWhoComesAfterwardsGetsIn() throws Exception {
    var first = new MockHttpServletResponse();
    var second = new MockHttpServletResponse();
    var third = new MockHttpServletResponse();

    room.doFilter(
        new MockHttpServletRequest(),
        first,
        (request, response) ->
            room.doFilter(new MockHttpServletRequest(), second, new MockFilterChain()));
    room.doFilter(new MockHttpServletRequest(), third, new MockFilterChain());

    assertThat(first.getStatus()).isEqualTo(200);
    assertThat(second.getStatus()).isEqualTo(503);
    assertThat(second.getContentAsString()).contains("\"busy\"");
    assertThat(second.getHeader("Retry-After")).isEqualTo("1");
    assertThat(third.getStatus()).isEqualTo(200);
  }

  @Test
  void aRequestThatFailsGivesItsPlaceBack() throws Exception {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() ->
                room.doFilter(
                    new MockHttpServletRequest(),
                    new MockHttpServletResponse(),
                    (request, response) -> {
                      throw new java.io.IOException("gone");
                    })))
        .hasMessage("gone");
    var next = new MockHttpServletResponse();

    room.doFilter(new MockHttpServletRequest(), next, new MockFilterChain());

    assertThat(next.getStatus()).isEqualTo(200);
  }
}
