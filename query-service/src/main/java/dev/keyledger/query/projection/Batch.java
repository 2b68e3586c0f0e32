package dev.keyledger.query.projection;

import dev.keyledger.query.projection.ProjectionTables.HistoryRow;
import dev.keyledger.query.projection.Reading.HaltReason;
import dev.keyledger.query.projection.Reading.Readable;
import dev.keyledger.query.projection.Reading.Refused;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Folds readings in their order. An organisation that cannot go on is halted, what follows of it is
 * parked, and the others never notice.
 */
final class Batch {
  private record Halt(int partition, HaltReason reason) {}

  private final WorkingSet set;
  private final Set<UUID> halted;
  private final Map<UUID, Halt> newlyHalted = new LinkedHashMap<>();
  private final List<HistoryRow> history = new ArrayList<>();
  private final List<Reading> parked = new ArrayList<>();

  /**
   * @param halted those that are already; this batch adds its own
   */
  Batch(WorkingSet set, Set<UUID> halted) {
    this.set = set;
    this.halted = halted;
  }

  void fold(Reading reading) {
    if (halted.contains(reading.organization())) {
      parked.add(reading);
      return;
    }
    long applied = applied(reading.organization());
    Long position = reading.position();
    if (position != null && position <= applied) {
      return; // It has been applied: delivered again, or published again to mend a gap.
    }
    switch (reading) {
      case Refused refused -> halt(refused, refused.reason());
      case Readable readable when readable.event().position() != applied + 1 ->
          halt(readable, HaltReason.GAP);
      case Readable readable -> apply(readable);
    }
  }

  private void apply(Readable readable) {
    try {
      String prior = Fold.apply(readable.event(), readable.organization(), set);
      history.add(new HistoryRow(readable, prior));
      set.positions.put(readable.organization(), readable.event().position());
    } catch (RuntimeException e) {
      // Whatever is wrong with the event, it stops its own organisation and no other.
      halt(readable, HaltReason.IMPOSSIBLE);
    }
  }

  void halt(Reading reading, HaltReason reason) {
    halted.add(reading.organization());
    newlyHalted.put(reading.organization(), new Halt(reading.source().partition(), reason));
    parked.add(reading);
  }

  private long applied(UUID organization) {
    Long position = set.positions.find(organization);
    return position == null ? -1 : position;
  }

  void write(Connection connection, Generation generation, Instant now) throws SQLException {
    ProjectionTables.write(connection, generation, set, history);
    for (var entry : newlyHalted.entrySet()) {
      Halt halt = entry.getValue();
      Halts.halt(connection, generation, entry.getKey(), halt.partition(), halt.reason(), now);
    }
    Halts.park(connection, generation, parked);
  }

  /** Counts another batch's events as this one's. */
  void include(Batch other) {
    history.addAll(other.history);
  }

  /** Organisations that this batch halted, and why. */
  Map<UUID, HaltReason> newlyHalted() {
    var reasons = new LinkedHashMap<UUID, HaltReason>();
    newlyHalted.forEach((organization, halt) -> reasons.put(organization, halt.reason()));
    return reasons;
  }

  boolean isHalted(UUID organization) {
    return halted.contains(organization);
  }

  int events() {
    return history.size();
  }

  Map<Integer, Long> eventsByPartition() {
    var counts = new HashMap<Integer, Long>();
    history.forEach(row -> counts.merge(row.reading().source().partition(), 1L, Long::sum));
    return counts;
  }

  /** The highest offset of this batch that was applied, or -1. */
  long highestAppliedOffset() {
    return history.stream().mapToLong(row -> row.reading().source().offset()).max().orElse(-1);
  }
}
