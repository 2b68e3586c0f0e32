package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.relay.ChannelTimes.Times;
import dev.keyledger.kit.receipts.Receipt.Channel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ChannelTimesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final ChannelTimes times = new ChannelTimes(registry, nanos::get);

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
  void onlyTheNewestTenThousandCount() {
    for (int i = 0; i < 10_000; i++) {
      times.applied(Channel.SSE, Duration.ofSeconds(5));
    }
    for (int i = 0; i < 9_999; i++) {
      times.applied(Channel.SSE, Duration.ofMillis(3));
    }
    assertThat(times.all().get(1)).isEqualTo(new Times(Channel.SSE, 10_000, 3.0, 3.0));
  }

  @Test
  void onlyTheLastHourCounts() {
    times.applied(Channel.SSE, Duration.ofSeconds(5));
    nanos.addAndGet(Duration.ofMinutes(30).toNanos());
    times.applied(Channel.SSE, Duration.ofMillis(3));
    nanos.addAndGet(Duration.ofMinutes(30).toNanos());
    assertThat(times.all().get(1)).isEqualTo(new Times(Channel.SSE, 2, 3.0, 5_000.0));
    nanos.incrementAndGet();
    assertThat(times.all().get(1)).isEqualTo(new Times(Channel.SSE, 1, 3.0, 3.0));
  }
}
