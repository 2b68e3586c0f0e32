package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {
  private final RelaySettings settings = RelaySettings.defaults();

  @Test
  void aSingleEventLetsNoOtherWait() {
    assertThat(settings.restAfter(1)).isZero();
    assertThat(settings.restAfter(settings.restFrom() - 1)).isZero();
  }

  @Test
  void underLoadMoreEventsShareOneTransaction() {
    assertThat(settings.restAfter(settings.restFrom())).isEqualTo(Duration.ofMillis(10));
    assertThat(settings.restAfter(settings.batch() - 1)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void noRestIsSoLongThatTheLeaseCouldEndInIt() {
    assertThatThrownBy(() ->
            new RelaySettings(
                "r",
                settings.lease(),
                settings.batch(),
                settings.restFrom(),
                Duration.ofMillis(101),
                settings.poll(),
                settings.transactionTimeout()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyledger.relay.rest");
  }

  @Test
  void whoCatchesUpDoesNotRest() {
    assertThat(settings.restAfter(settings.batch())).isZero();
  }

  @Test
  void anAbandonedTransactionHoldsBackNobodyForLong() {
    for (Duration outside : new Duration[] {Duration.ofMillis(999), Duration.ofMillis(10_001)}) {
      assertThatThrownBy(() ->
              new RelaySettings(
                  "r",
                  settings.lease(),
                  settings.batch(),
                  settings.restFrom(),
                  settings.rest(),
                  settings.poll(),
                  outside))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keyledger.relay.transaction-timeout");
    }
  }
}
