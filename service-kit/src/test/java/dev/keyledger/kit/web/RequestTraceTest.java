package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestTraceTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final Random random = new Random(1);

  @Test
  void whoNamesTheirRequestKeepsItsName() {
    assertThat(continuing("req-1", null).requestId()).isEqualTo("req-1");
  }

  @Test
  void anIdThatCouldForgeALogLineIsReplaced() {
    assertThat(continuing("a\nb", null).requestId()).isEqualTo("fresh");
    assertThat(continuing(null, null).requestId()).isEqualTo("fresh");
  }

  @Test
  void aTraceIsContinuedWithASpanOfOurOwn() {
    RequestTrace trace = continuing(null, "00-" + TRACE + "-00f067aa0ba902b7-01");

    assertThat(trace.traceId()).isEqualTo(TRACE);
    assertThat(trace.traceparent())
        .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
        .doesNotContain("00f067aa0ba902b7");
  }

  @Test
  void whatBelongsToNoTraceBeginsOne() {
    assertThat(continuing(null, "nonsense").traceparent())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
        .isNotEqualTo(continuing(null, null).traceparent());
  }

  private RequestTrace continuing(String requestId, String traceparent) {
    return RequestTrace.continuing(requestId, traceparent, () -> "fresh", random);
  }
}
