package dev.keyledger.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private final WarmUp warmUp =
      new WarmUp(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(5));

  private int parts(double... rates) {
    return parts(() -> 0, rates);
  }

  private int parts(DoubleSupplier compiling, double... rates) {
    Iterator<Double> next = Arrays.stream(rates).iterator();
    var parts = new ArrayList<Long>();
    warmUp.run(
        millis -> {
          parts.add(millis);
          return next.next();
        },
        compiling);
    assertThat(List.copyOf(parts)).containsOnly(5_000L);
    return parts.size();
  }

  @Test
  void itLastsForAWhileHoweverSteady() {
    assertThat(parts(100, 100, 100)).isEqualTo(3);
  }

  @Test
  void whatStillGetsFasterIsNotWarm() {
    assertThat(parts(100, 200, 300, 400, 410)).isEqualTo(5);
  }

  @Test
  void aPartThatWasDisturbedIsNoBestRate() {
    assertThat(parts(100, 300, 150)).isEqualTo(3);
    assertThat(parts(100, 300, 330, 340)).isEqualTo(4);
  }

  @Test
  void whatStillCompilesIsNotWarmHoweverSteady() {
    Iterator<Double> compiling = List.of(1.2, 0.9, 0.5, 0.4, 0.05).iterator();

    assertThat(parts(compiling::next, 100, 100, 100, 100, 100)).isEqualTo(5);
  }

  @Test
  void itEndsAtSomeTime() {
    assertThat(parts(1, 2, 3, 4, 5, 6)).isEqualTo(6);
  }
}
