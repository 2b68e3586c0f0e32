package dev.keyledger.events.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgeBoundTest {
  private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");

  private static Instant day(double days) {
    return T.plusMillis(Math.round(days * Duration.ofDays(1).toMillis()));
  }

  private static AgeBound bound(double days, double since) {
    return new AgeBound(Duration.between(T, day(days)), day(since + 30));
  }

  private static Instant end(double madeOn, AgeBound... bounds) {
    return Instant.ofEpochMilli(AgeBound.endOf(List.of(bounds), day(madeOn).toEpochMilli()));
  }

  @Test
  void aSecretThatIsMadeUnderABoundEndsWithThatAge() {
    assertThat(end(5, bound(90, 0))).isEqualTo(day(95));
    assertThat(end(30, bound(2, 0))).isEqualTo(day(32));
  }

  @Test
  void whatIsMadeBeforeAShortBoundHoldsOfAllLivesUntilThen() {
    assertThat(end(5, bound(2, 0))).isEqualTo(day(30));
    assertThat(end(29, bound(2, 0))).isEqualTo(day(31));
  }

  @Test
  void oneOfBeforeThatIsTooOldAlreadyLivesThirtyDaysFromTheChangeOn() {
    assertThat(end(-400, bound(90, 0))).isEqualTo(day(30));
    assertThat(end(-61, bound(90, 0))).isEqualTo(day(30));
    assertThat(end(-59, bound(90, 0))).isEqualTo(day(31));
  }

  @Test
  void aShorterBoundGivesNoSecretMoreThanItHad() {
    assertThat(end(-80, bound(90, -200), bound(60, 0))).isEqualTo(day(10));
    assertThat(end(-50, bound(90, -200), bound(60, 0))).isEqualTo(day(30));
    assertThat(end(-20, bound(90, -200), bound(60, 0))).isEqualTo(day(40));
  }

  @Test
  void oneThatIsShortenedAgainWithinTheNoticeTakesNobodysSecretSooner() {
    assertThat(end(-400, bound(90, 0), bound(60, 20))).isEqualTo(day(30));
    assertThat(end(-40, bound(90, 0), bound(60, 20))).isEqualTo(day(50));
  }

  @Test
  void aLongerBoundCountsAtOnce() {
    assertThat(end(-80, bound(90, -200), bound(180, 0))).isEqualTo(day(100));
  }

  @Test
  void withoutABoundNothingIsKept() {
    assertThat(AgeBound.after(List.of(bound(90, 0)), null, day(3), day(33))).isNull();
    assertThat(AgeBound.endOf(List.of(), 0)).isEqualTo(AgeBound.NEVER);
  }

  @Test
  void aBoundThatIsSetAgainIsTheSame() {
    List<AgeBound> before = List.of(bound(90, 0));
    assertThat(AgeBound.after(before, Duration.ofDays(90), day(3), day(33))).isSameAs(before);
  }

  /** Kept is what matters: of whatever still lives it says what all changes together say. */
  @Test
  void whatIsForgottenMattersToNoSecretThatLives() {
    var random = new Random(11);
    for (int round = 0; round < 500; round++) {
      var all = new ArrayList<AgeBound>();
      List<AgeBound> kept = List.of();
      double day = 0;
      for (int change = 0; change < 12; change++) {
        day += random.nextInt(25);
        Duration age = Duration.ofDays(1 + random.nextInt(120));
        var before = List.copyOf(all);
        if (all.isEmpty() || !all.get(all.size() - 1).maximumAge().equals(age)) {
          all.add(new AgeBound(age, day(day + 30)));
        }
        kept = AgeBound.after(kept, age, day(day), day(day + 30));
        for (int i = 0; i < 20; i++) {
          long made = day(day - 0.5 - random.nextInt(200)).toEpochMilli();
          long had = AgeBound.endOf(before, made);
          if (had > day(day).toEpochMilli()) {
            long has = AgeBound.endOf(all, made);
            assertThat(AgeBound.endOf(kept, made)).isEqualTo(has);
            assertThat(AgeBound.endOf(kept, made + 1))
                .as("what is newer ends no sooner")
                .isGreaterThanOrEqualTo(has);
            assertThat(has)
                .as("nothing ends at once by a change")
                .isGreaterThanOrEqualTo(Math.min(had, day(day + 30).toEpochMilli()));
          }
        }
      }
    }
  }
}
