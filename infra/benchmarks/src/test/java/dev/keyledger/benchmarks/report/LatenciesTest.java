package dev.keyledger.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final List<Long> ONE_TO_HUNDRED_MILLIS =
      LongStream.rangeClosed(1, 100).map(millis -> millis * 1_000_000).boxed().toList().reversed();

  @Test
  void percentilesAreByNearestRank() {
    var latencies = new Latencies(ONE_TO_HUNDRED_MILLIS);

    assertThat(latencies.millisAt(50)).isEqualTo(50);
    assertThat(latencies.millisAt(99)).isEqualTo(99);
    assertThat(latencies.millisAt(100)).isEqualTo(100);
  }

  @Test
  void aSingleMeasurementIsEveryPercentile() {
    var latencies = new Latencies(List.of(7_000_000L));

    assertThat(latencies.millisAt(1)).isEqualTo(7);
    assertThat(latencies.millisAt(99)).isEqualTo(7);
  }
}
