package dev.keyledger.benchmarks.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FlightRecordingTest {
  @Test
  void theLargestShareComesFirst() {
    assertThat(FlightRecording.summary(Map.of("Spring", 25, "sockets", 75)))
        .isEqualTo("sockets 75 %, Spring 25 %");
  }

  @Test
  void aFrameBelongsToItsLayer() {
    assertThat(Layer.of("com.sun.crypto.provider.HmacCore")).contains(Layer.HMAC);
    assertThat(Layer.of("com.sun.crypto.provider.GaloisCounterMode")).contains(Layer.AES);
    assertThat(Layer.of("dev.keyledger.token.enforcement.decide.Decision")).contains(Layer.OURS);
    assertThat(Layer.of("java.util.HashMap")).isEmpty();
  }
}
