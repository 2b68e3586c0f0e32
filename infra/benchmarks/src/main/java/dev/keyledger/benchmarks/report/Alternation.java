package dev.keyledger.benchmarks.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Runs the measured thing and its ceilings in turn, the order turned around in every second round,
 * so that a noisy minute and a warming machine fall on all of them alike.
 */
public final class Alternation {
  private final int rounds;
  private final Duration budget;
  private final LongSupplier nanos;

  /**
   * @param rounds at most, and at least one
   * @param budget after which no further round begins
   */
  public Alternation(int rounds, Duration budget, LongSupplier nanos) {
    if (rounds < 1) {
      throw new IllegalArgumentException("at least one round");
    }
    this.rounds = rounds;
    this.budget = budget;
    this.nanos = nanos;
  }

  /**
   * @param sides what one round of each measures
   * @return in the order of the sides
   */
  public List<Rounds> run(List<DoubleSupplier> sides) {
    var inTurn = new ArrayList<Side>();
    for (DoubleSupplier side : sides) {
      inTurn.add(new Side(side, new ArrayList<>()));
    }
    long startedAt = nanos.getAsLong();
    for (int round = 0; round < rounds; round++) {
      if (round > 0 && nanos.getAsLong() - startedAt > budget.toNanos()) {
        break;
      }
      for (Side side : round % 2 == 0 ? inTurn : inTurn.reversed()) {
        side.values.add(side.round.getAsDouble());
      }
    }
    return inTurn.stream().map(side -> new Rounds(side.values)).toList();
  }

  private record Side(DoubleSupplier round, List<Double> values) {}
}
