package dev.keyledger.query.views;

import dev.keyledger.query.addresses.SoughtAddresses;
import dev.keyledger.query.views.WalkedPlaces.Walked;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * At which positions a network may have been, from where a page begins on. Each person's events
 * have hashes of their own, so it is a walk for each along an index that has the order of
 * positions, and each is cut off after its share of {@link #WORK} entries. However many events
 * there are, it reads that many entries of the index and one for each person.
 */
final class AddressPlaces {
  private static final int WORK = 20_000;
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

  private AddressPlaces() {}

  /** How many entries each of so many walks may read. */
  static int each(int walks) {
    return Math.clamp(WORK / Math.max(1, walks), LEAST, WalkedPlaces.MOST);
  }

  static WalkedPlaces<Long> find(
      Snapshot snapshot, EventFilter filter, PositionRange range, SoughtAddresses sought) {
    Map<Integer, Long> hashes = sought.hashes();
    PageSpan span = PageSpan.of(snapshot, filter, range);
    int each = each(hashes.size());
    List<Walked<Long>> places =
        snapshot
            .sql(WALKS.formatted(sought.column(), filter.direction()))
            .param("who", hashes.keySet().toArray(Integer[]::new))
            .param("hashes", hashes.values().toArray(Long[]::new))
            .param("first", span.first())
            .param("end", span.end())
            .param("each", each)
            .query((row, n) -> new Walked<>(row.getLong(1), row.getLong(2) == each))
            .list();
    return WalkedPlaces.of(places, filter.inItsOrder(Comparator.<Long>naturalOrder()));
  }
}
