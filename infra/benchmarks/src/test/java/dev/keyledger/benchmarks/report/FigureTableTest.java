package dev.keyledger.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTableTest {
  @Test
  void saysWhetherAGoalIsMetAndWhatDominates() {
    Figure missed =
        Figure.against(
                "empty handler",
                Rounds.of(20_000, 20_000),
                "verify",
                "1/s",
                Rounds.of(12_000, 14_000),
                new Goal.RatioAtLeast(0.8))
            .dominatedBy("Spring 40 %");

    String table = FigureTable.of(List.of(missed));

    assertThat(table.lines().skip(2).findFirst().orElseThrow().split(" *\\| *"))
        .containsExactly(
            "",
            "verify",
            "13,000",
            "1/s",
            "20,000",
            "empty handler",
            "0.65",
            "ratio ≥ 0.80",
            "NO",
            "15 %",
            "2");
    assertThat(table).endsWith("\n* verify: Spring 40 %\n");
  }

  @Test
  void whatHasNoCeilingIsHeldAgainstANumber() {
    Figure met = Figure.of("start", "s", Rounds.of(12.3), new Goal.AtMost(30));

    assertThat(FigureTable.of(List.of(met)))
        .contains("| 12.3 ", "| ≤ 30.0 ", "| yes ")
        .doesNotContain("NaN");
  }

  @Test
  void everyLineIsAsWideAsTheHead() {
    String table =
        FigureTable.of(
            List.of(
                Figure.of("a", "s", Rounds.of(1), new Goal.None()),
                Figure.of("a much longer name", "ms", Rounds.of(100_000), new Goal.AtLeast(5))));

    assertThat(table.lines().filter(line -> !line.isEmpty()).map(String::length).distinct())
        .hasSize(1);
  }
}
