package dev.keyledger.query.views;

import dev.keyledger.query.addresses.SoughtAddresses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * At which positions a network may have been, from where a page begins on. Each person's events
 * have hashes of their own, so it is a walk for each along an index that has the order of
 * positions, and each is cut off after its share of {@link #WORK} entries; where the first of them
 * was cut off, all of them end. However many events there are, it reads that many entries of the
 * index and one for each person.
 *
 * @param positions in the order of the page
 * @param end the last one, behind which there may be more; {@code null} where that is all
 */
record AddressPlaces(List<Long> positions, @Nullable Long end) {
  private static final int WORK = 20_000;
  private static final int MOST = 2_000;
  private static final int LEAST = 4;

  private static final String WALKS =
      """
      select p.position, p.number
      from unnest(cast(:who as integer[]), cast(:hashes as bigint[])) w (who, hash)
      cross join lateral (
        select position, row_number() over (order by position%2$s) as number
        from (
          select position from event_addresses a
          where a.who = w.who and a.%1$s = w.hash and a.position >= :first and a.position < :end
          order by position%2$s limit :each) a) p
      """;

  private record Walked(long position, long number) {}

  static AddressPlaces find(
      Snapshot snapshot, EventFilter filter, PositionRange range, SoughtAddresses sought) {
    Map<Integer, Long> hashes = sought.hashes();
    PageSpan span = PageSpan.of(snapshot, filter, range);
    int each = Math.clamp(WORK / Math.max(1, hashes.size()), LEAST, MOST);
    List<Walked> places =
        snapshot
            .sql(WALKS.formatted(sought.column(), filter.direction()))
            .param("who", hashes.keySet().toArray(Integer[]::new))
            .param("hashes", hashes.values().toArray(Long[]::new))
            .param("first", span.first())
            .param("end", span.end())
            .param("each", each)
            .query((row, n) -> new Walked(row.getLong(1), row.getLong(2)))
            .list();
    Comparator<Long> order =
        filter.newestFirst() ? Comparator.reverseOrder() : Comparator.naturalOrder();
    // A walk that was cut off says nothing of what lies behind its last place.
    Long end =
        places.stream()
            .filter(place -> place.number() == each)
            .map(Walked::position)
            .min(order)
            .orElse(null);
    List<Long> positions = new ArrayList<>();
    for (Walked place : places) {
      if (end == null || order.compare(place.position(), end) <= 0) {
        positions.add(place.position());
      }
    }
    positions.sort(order);
    return positions.size() > MOST
        ? new AddressPlaces(positions.subList(0, MOST), positions.get(MOST - 1))
        : new AddressPlaces(positions, end);
  }
}
