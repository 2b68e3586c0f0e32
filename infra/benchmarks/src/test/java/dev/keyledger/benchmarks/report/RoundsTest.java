package dev.keyledger.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Rounds.of(30, 10, 1_000).median()).isEqualTo(30);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheTwoMiddles() {
    assertThat(Rounds.of(10, 40, 20, 1_000).median()).isEqualTo(30);
  }

  @Test
  void aNoisyMinuteThatFallsOnBothSidesLeavesTheRatioAlone() {
    Rounds measured = Rounds.of(80, 40, 82);
    Rounds ceiling = Rounds.of(100, 50, 100);

    assertThat(measured.dividedBy(ceiling).median()).isEqualTo(0.8, within(1e-9));
  }

  @Test
  void theSpreadIsTheWholeRangeAsAPartOfTheMedian() {
    assertThat(Rounds.of(90, 100, 120).spread()).isEqualTo(0.3, within(1e-9));
  }

  @Test
  void noRoundIsNoResult() {
    assertThatThrownBy(() -> new Rounds(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
