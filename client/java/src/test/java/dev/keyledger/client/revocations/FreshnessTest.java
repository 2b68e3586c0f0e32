package dev.keyledger.client.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private final MovableClock clock = new MovableClock();
  private final Freshness freshness = new Freshness(Duration.ofSeconds(2), clock);

  @Test
  void itIsStaleUntilTheFirstQuestionIsAnsweredAndApplied() {
    assertThat(freshness.isFresh()).isFalse();
    assertThat(freshness.wasEverFresh()).isFalse();
  }

  @Test
  void itCountsFromWhenTheQuestionWasAskedNotFromItsAnswer() {
    long asked = clock.getAsLong();
    clock.advance(Duration.ofMillis(1500));
    freshness.confirm(asked);
    assertThat(freshness.isFresh()).isTrue();
    clock.advance(Duration.ofMillis(499));
    assertThat(freshness.isFresh()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(freshness.isFresh()).isFalse();
    assertThat(freshness.wasEverFresh()).isTrue();
  }

  @Test
  void anOlderQuestionNeverShortensWhatANewerOneGave() {
    long first = clock.getAsLong();
    clock.advance(Duration.ofSeconds(1));
    freshness.confirm(clock.getAsLong());
    freshness.confirm(first);
    clock.advance(Duration.ofMillis(1500));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void aLapseTakesBackWhatWasConfirmedButNotThatItWasOnceFresh() {
    freshness.confirm(clock.getAsLong());
    freshness.lapse();
    assertThat(freshness.isFresh()).isFalse();
    assertThat(freshness.wasEverFresh()).isTrue();

    freshness.confirm(clock.getAsLong());
    assertThat(freshness.isFresh()).isTrue();
    assertThat(freshness.ageNanos()).isZero();
  }
}
