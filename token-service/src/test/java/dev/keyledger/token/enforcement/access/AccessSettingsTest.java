package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.token.enforcement.access.AccessSettings.Access;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccessSettingsTest {
  private static AccessSettings settings(Duration maxStaleness, int readers) {
    return new AccessSettings(
        maxStaleness, new Access(Duration.ofHours(24), Duration.ofHours(1), readers));
  }

  @Test
  void aServiceDoesNotStartThatNobodyReadsForOrWhoseViewIsNeverFresh() {
    assertThatThrownBy(() -> settings(Duration.ofSeconds(2), 0))
        .hasMessageContaining("keyledger.access.readers");
    for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatThrownBy(() -> settings(none, 1)).hasMessageContaining("keyledger.max-staleness");
    }
    assertThat(settings(Duration.ofNanos(1), 1).access().revocationsHorizon())
        .isEqualTo(Duration.ofHours(25));
  }
}
