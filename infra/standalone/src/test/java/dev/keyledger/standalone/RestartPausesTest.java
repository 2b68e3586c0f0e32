package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartPausesTest {
  private static final Duration SHORT = Duration.ofSeconds(20);

  private final RestartPauses pauses = new RestartPauses();

  @Test
  void theyGrowUpToAMinuteWhileItKeepsDying() {
    assertThat(Stream.generate(() -> pauses.after(SHORT).toSeconds()).limit(9))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void theyBeginAnewWhenItHasRunForLong() {
    pauses.after(SHORT);
    pauses.after(SHORT);
    assertThat(pauses.after(Duration.ofMinutes(5))).isEqualTo(Duration.ofSeconds(1));
    assertThat(pauses.after(SHORT)).isEqualTo(Duration.ofSeconds(2));
  }
}
