package dev.keyledger.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class AlternationTest {
  private final List<String> order = new ArrayList<>();
  private long nanos;

  @Test
  void turnsTheOrderAroundInEverySecondRound() {
    List<Rounds> rounds =
        new Alternation(3, Duration.ofHours(1), () -> nanos)
            .run(List.of(side("measured", 1), side("ceiling", 2)));

    assertThat(order)
        .containsExactly("measured", "ceiling", "ceiling", "measured", "measured", "ceiling");
    assertThat(rounds).containsExactly(Rounds.of(1, 1, 1), Rounds.of(2, 2, 2));
  }

  @Test
  void beginsNoRoundAfterTheBudgetButAlwaysRunsOne() {
    List<Rounds> rounds =
        new Alternation(9, Duration.ofSeconds(15), () -> nanos).run(List.of(side("measured", 1)));

    assertThat(rounds.getFirst().values()).hasSize(2);
  }

  private DoubleSupplier side(String name, double value) {
    return () -> {
      order.add(name);
      nanos += Duration.ofSeconds(10).toNanos();
      return value;
    };
  }
}
