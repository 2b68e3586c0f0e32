package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {
  private final RelaySettings settings = RelaySettings.defaults();

  @Test
  void aSingleEventLetsNoOtherWait() {
    assertThat(settings.restAfter(1)).isZero();
    assertThat(settings.restAfter(settings.many() - 1)).isZero();
  }

  @Test
  void underLoadMoreEventsShareOneTransaction() {
    assertThat(settings.restAfter(settings.many())).isEqualTo(Duration.ofMillis(10));
    assertThat(settings.restAfter(settings.batch() - 1)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void whoCatchesUpDoesNotRest() {
    assertThat(settings.restAfter(settings.batch())).isZero();
  }
}
