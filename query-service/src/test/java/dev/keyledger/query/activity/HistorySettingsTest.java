package dev.keyledger.query.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HistorySettingsTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  @Test
  void activityIsKeptFor400DaysUnlessAnotherTimeIsSet() {
    HistorySettings settings =
        new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("keyledger.history", HistorySettings.class);

    assertThat(settings.activityRetention()).isEqualTo(Duration.ofDays(400));
    assertThat(settings.keptSince(NOW)).isEqualTo(Instant.parse("2025-04-23T14:43:58.000Z"));
  }

  @Test
  void itIsKeptForADayAtLeastAndTenYearsAtMost() {
    assertThat(new HistorySettings(Duration.ofDays(1)).keptSince(NOW))
        .isEqualTo(NOW.minusSeconds(86_400));
    assertThat(new HistorySettings(Duration.ofDays(3_650)).activityRetention()).hasDays(3_650);
    for (Duration refused :
        new Duration[] {Duration.ofDays(1).minusMillis(1), Duration.ofDays(3_650).plusMillis(1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new HistorySettings(refused))
          .withMessageContaining("1 to 3650 days");
    }
  }
}
