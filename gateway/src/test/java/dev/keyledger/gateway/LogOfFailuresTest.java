package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A service that is away fills no disk with what its clients are told. */
@ExtendWith(OutputCaptureExtension.class)
class LogOfFailuresTest {
  private static final Pattern LINE = Pattern.compile("cannot be reached");

  @Test
  void aServiceThatIsAwayIsToldTwentyTimesAMinuteHoweverManyAskForIt(CapturedOutput output)
      throws Exception {
    try (GatewayUnderTest gateway =
        GatewayUnderTest.startWith("--keyledger.token-service.url=http://127.0.0.1:" + unused())) {
      for (int i = 0; i < 60; i++) {
        assertThat(gateway.get("/v1/sessions").statusCode()).isEqualTo(503);
      }
      assertThat(gateway.bean(MeterRegistry.class).get("logback.events").counters())
          .as("lines, counted where they are written")
          .isNotEmpty();
      assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).getTurboFilterList())
          .as("what is asked wherever a library wants to know of a level")
          .isEmpty();
    }
    // Another gateway of this JVM may have let some through within the same minute.
    assertThat(LINE.matcher(output.getAll()).results()).hasSizeLessThanOrEqualTo(20);
  }

  private static int unused() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
