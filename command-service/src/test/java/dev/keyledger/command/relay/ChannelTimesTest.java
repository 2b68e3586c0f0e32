package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.relay.ChannelTimes.Times;
import dev.keyledger.kit.receipts.Receipt.Channel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChannelTimesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ChannelTimes times = new ChannelTimes(registry);

  @Test
  void aChannelShowsHalfAndNinetyNineInAHundredByNearestRank() {
    for (int millis = 100; millis >= 1; millis--) {
      times.applied(Channel.SSE, Duration.ofMillis(millis));
    }
    times.applied(Channel.PAGE, Duration.ofMillis(7));
    assertThat(times.all())
        .containsExactly(
            new Times(Channel.TOKEN_SERVICE, 0, null, null),
            new Times(Channel.SSE, 100, 50.0, 99.0),
            new Times(Channel.PAGE, 1, 7.0, 7.0));
    assertThat(registry.get("keyledger.revocations.applied").tag("channel", "sse").timer().count())
        .isEqualTo(100);
  }

  @Test
  void onlyTheNewestThousandCount() {
    for (int i = 0; i < 1_000; i++) {
      times.applied(Channel.SSE, Duration.ofSeconds(5));
    }
    for (int i = 0; i < 999; i++) {
      times.applied(Channel.SSE, Duration.ofMillis(3));
    }
    assertThat(times.all().get(1)).isEqualTo(new Times(Channel.SSE, 1_000, 3.0, 3.0));
  }
}
