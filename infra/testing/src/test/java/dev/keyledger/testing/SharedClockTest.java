package dev.keyledger.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedClockTest {
  @Test
  void whoeverSharesTheFileSharesTheTime(@TempDir Path folder) {
    SharedClock here = SharedClock.sharedBy(folder.resolve("clock"));
    SharedClock there = SharedClock.sharedBy(folder.resolve("clock"));
    Instant before = there.instant();

    here.advance(Duration.ofHours(25));

    assertThat(there.instant()).isAfterOrEqualTo(before.plus(Duration.ofHours(25)));
    assertThat(there.instant()).isBefore(before.plus(Duration.ofHours(26)));
  }

  @Test
  void timeDoesNotGoBack(@TempDir Path folder) {
    SharedClock clock = SharedClock.sharedBy(folder.resolve("clock"));
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .hasMessageContaining("goes forward only");
  }
}
