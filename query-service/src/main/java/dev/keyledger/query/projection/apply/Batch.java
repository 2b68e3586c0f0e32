package dev.keyledger.query.projection.apply;

import dev.keyledger.events.Topics;
import dev.keyledger.query.projection.apply.DecodingResult.Decoded;
import dev.keyledger.query.projection.apply.DecodingResult.Undecodable;
import dev.keyledger.query.projection.fold.Fold;
import dev.keyledger.query.projection.fold.ViewRows.PositionRow;
import dev.keyledger.query.projection.fold.WorkingSet;
import dev.keyledger.query.projection.tables.WorkingSetStore;
import dev.keyledger.query.projection.tables.WorkingSetStore.HistoryRow;
import dev.keyledger.query.versions.ViewVersion;
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
import org.jspecify.annotations.Nullable;

/**
 * Folds decoded records in their order. An organisation that cannot go on is parked with what
 * follows of it, and the others never notice.
 */
final class Batch {
  private record Applied(Decoded source, @Nullable String prior) {}

  private record Parking(int partition, ParkReason reason) {}

  private final WorkingSet set;
  private final Set<UUID> parkedOrganizations;
  private final Map<UUID, Parking> newlyParked = new LinkedHashMap<>();
  private final List<Applied> applied = new ArrayList<>();
  private final List<DecodingResult> parked = new ArrayList<>();
  private final Map<UUID, Integer> mended = new HashMap<>();
  private final Map<Integer, Long> passed = new HashMap<>();

  /**
   * @param parkedOrganizations those that are already; this batch adds its own
   */
  Batch(WorkingSet set, Set<UUID> parkedOrganizations) {
    this.set = set;
    this.parkedOrganizations = parkedOrganizations;
  }

  void fold(DecodingResult result) {
    long reached = reached(result.organization());
    Long position = result.position();
    if (position != null && position <= reached) {
      // It has been applied: delivered again, published again to mend a gap, or in a topic that was
      // made anew.
      passed.merge(result.source().partition(), 1L, Long::sum);
      return;
    }
    if (parkedOrganizations.contains(result.organization())) {
      parked.add(result);
      if (result instanceof Decoded decoded && decoded.event().position() == reached + 1) {
        mended.put(decoded.organization(), decoded.source().partition());
      }
      return;
    }
    switch (result) {
      case Undecodable undecodable -> park(undecodable, undecodable.reason());
      case Decoded decoded when decoded.event().position() != reached + 1 ->
          park(decoded, ParkReason.GAP);
      case Decoded decoded -> apply(decoded);
    }
  }

  private void apply(Decoded decoded) {
    try {
      String prior = Fold.apply(decoded.event(), decoded.organization(), set);
      applied.add(new Applied(decoded, prior));
      set.reach(decoded.organization(), decoded.event().position(), decoded.leaf());
    } catch (RuntimeException e) {
      // Whatever is wrong with the event, it stops its own organisation and no other.
      park(decoded, ParkReason.IMPOSSIBLE);
    }
  }

  void park(DecodingResult result, ParkReason reason) {
    parkedOrganizations.add(result.organization());
    newlyParked.put(result.organization(), new Parking(result.source().partition(), reason));
    parked.add(result);
  }

  private long reached(UUID organization) {
    PositionRow row = set.positions.find(organization);
    return row == null ? -1 : row.position();
  }

  void write(Connection connection, ViewVersion version, Instant now) throws SQLException {
    WorkingSetStore.write(
        connection,
        version,
        set,
        applied.stream()
            .map(a ->
                new HistoryRow(
                    a.source().event(), a.source().record(), a.prior(), a.source().leaf()))
            .toList());
    for (var entry : newlyParked.entrySet()) {
      Parking parking = entry.getValue();
      ParkedRecords.parkOrganization(
          connection, version, entry.getKey(), parking.partition(), parking.reason(), now);
    }
    ParkedRecords.park(connection, version, parked);
  }

  /** Counts another batch's events, and what they mended, as this one's. */
  void include(Batch other) {
    applied.addAll(other.applied);
    mended.putAll(other.mended);
    other.passed.forEach((partition, count) -> passed.merge(partition, count, Long::sum));
  }

  /**
   * Parked organisations, with their partition, of which the very event came that they stopped for:
   * a gap's, or in place of a record that couldn't be read.
   */
  Map<UUID, Integer> mended() {
    return mended;
  }

  /** Organisations that this batch parked, and why. */
  Map<UUID, ParkReason> newlyParked() {
    var reasons = new LinkedHashMap<UUID, ParkReason>();
    newlyParked.forEach((organization, parking) -> reasons.put(organization, parking.reason()));
    return reasons;
  }

  boolean isParked(UUID organization) {
    return parkedOrganizations.contains(organization);
  }

  int events() {
    return applied.size();
  }

  /** Counted by the partition's number. */
  long[] eventsByPartition() {
    var counts = new long[Topics.PARTITIONS];
    applied.forEach(one -> counts[one.source().source().partition()]++);
    return counts;
  }

  /** Records that told nothing new. */
  Map<Integer, Long> passedByPartition() {
    return passed;
  }

  /** The highest offset of this batch that was applied, or -1. */
  long highestAppliedOffset() {
    return applied.stream().mapToLong(one -> one.source().source().offset()).max().orElse(-1);
  }
}
