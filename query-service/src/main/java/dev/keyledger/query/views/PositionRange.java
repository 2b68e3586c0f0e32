package dev.keyledger.query.views;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The positions between which all events of an interval of times lie: two look-ups, so that no walk
 * begins where the interval doesn't. The times of replicas that decide differ a little, so an event
 * may have an earlier time than one before it; those are marked as disordered and have an index of
 * their own, and all others are in one order by time and by position.
 *
 * @param first {@code null} where there is no bound
 * @param end first position that is too late; {@code null} where there is no bound
 */
record PositionRange(@Nullable Long first, @Nullable Long end) {
  private static final String ORDERED =
      "select position from events@ where organization = :organization and not disordered and at >="
          + " :at order by at, position limit 1";
  private static final String DISORDERED =
      "select position from events@ where organization = :organization and disordered and at >= :from"
          + " and at < :to and position >= :end order by position desc limit 1";

  /**
   * @return empty where nothing lies in the interval
   */
  static Optional<PositionRange> of(
      Snapshot snapshot, @Nullable Instant from, @Nullable Instant to) {
    Long first = null;
    if (from != null) {
      // A disordered one follows one of a later time, so it lies behind this.
      first = firstSince(snapshot, from);
      if (first == null) {
        return Optional.empty();
      }
    }
    Long end = to == null ? null : firstSince(snapshot, to);
    if (to != null && end != null) {
      Long late = lastDisordered(snapshot, from == null ? Instant.EPOCH : from, to, end);
      end = late == null ? end : Long.valueOf(late + 1);
    }
    return Optional.of(new PositionRange(first, end));
  }

  private static @Nullable Long firstSince(Snapshot snapshot, Instant at) {
    return snapshot
        .sql(ORDERED)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .optional()
        .orElse(null);
  }

  private static @Nullable Long lastDisordered(
      Snapshot snapshot, Instant from, Instant to, long end) {
    List<Long> found = new ArrayList<>();
    snapshot
        .sql(DISORDERED)
        .param("from", from.atOffset(ZoneOffset.UTC))
        .param("to", to.atOffset(ZoneOffset.UTC))
        .param("end", end)
        .query(row -> {
          found.add(row.getLong(1));
        });
    return found.isEmpty() ? null : found.getFirst();
  }
}
