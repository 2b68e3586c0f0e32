package dev.keyledger.query.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckSettingsTest {
  private static final long TEN_MILLIS = 10_000_000;
  private final CheckSettings settings = new CheckSettings(0.25, Duration.ofMinutes(1));

  @Test
  void aPassWorksItsShareOfTheTimeAndRestsTheOthers() {
    assertThat(settings.restMillis(false, TEN_MILLIS)).isEqualTo(30);
  }

  @Test
  void whileViewsAreBuiltAnewItWorksAFifthOfThat() {
    assertThat(settings.restMillis(true, TEN_MILLIS)).isEqualTo(190);
  }

  @Test
  void itNeverRestsForSoLongThatItsTurnIsOver() {
    assertThat(settings.restMillis(true, Duration.ofHours(1).toNanos())).isEqualTo(5_000);
  }

  @Test
  void whereItMayTakeAllOfTheTimeItDoesNotRest() {
    var all = new CheckSettings(1, Duration.ofMinutes(1));
    assertThat(all.restMillis(false, TEN_MILLIS)).isZero();
  }
}
