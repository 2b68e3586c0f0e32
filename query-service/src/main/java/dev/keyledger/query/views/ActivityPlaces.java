package dev.keyledger.query.views;

import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.query.addresses.SoughtNetworks;
import dev.keyledger.query.views.PageStart.Moment;
import dev.keyledger.query.views.WalkedPlaces.Walked;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Which rows of activity may tell of a network, from where a page begins on: those that its hashes
 * lead to, a walk for each person's key and one for networks in clear, and those that aren't hashed
 * yet. Where the network is nearly everywhere, and a key's timeline or first uses alone are asked
 * for, it is what their own index leads to; where no index leads to the range, all rows with a
 * network. Each walk is cut off after its share, so however many rows there are, it reads a bounded
 * number of them.
 */
final class ActivityPlaces {
  private static final String WALKS =
      """
      select p.at, p.id, p.number
      from unnest(cast(:hashes as bigint[])) w (hash)
      cross join lateral (
        select at, id, row_number() over (%2$s) as number
        from (
          select at, id from activity
          where organization = :organization and %1$s = w.hash%3$s
          %2$s limit :each) a) p
      """;

  private static final String WALK =
      """
      select at, id, row_number() over (%2$s) as number
      from (
        select at, id from activity
        where organization = :organization and %1$s%3$s
        %2$s limit :each) a
      """;

  private static final String WITH_NETWORK = "network is not null";
  private static final String UNHASHED = "network is not null and network_hashed is null";

  private final Snapshot snapshot;
  private final EventFilter filter;
  private final Conditions span;

  private ActivityPlaces(Snapshot snapshot, EventFilter filter, Instant keptSince) {
    this.snapshot = snapshot;
    this.filter = filter;
    this.span = ActivityReads.span(filter, keptSince);
  }

  /** Whether nobody has come in between under whose key a network may be hashed by now. */
  static boolean areAllOf(Snapshot snapshot, SoughtNetworks sought) {
    return !sought.isIndexed()
        || !snapshot
            .sql(
                "select exists (select from activity_people where organization = :organization"
                    + " and person <> all (cast(:people as uuid[])))")
            .param("people", sought.people().toArray(UUID[]::new))
            .query(Boolean.class)
            .single();
  }

  static WalkedPlaces<Moment> find(
      Snapshot snapshot, EventFilter filter, Instant keptSince, SoughtNetworks sought) {
    var places = new ActivityPlaces(snapshot, filter, keptSince);
    if (sought.isIndexed()) {
      List<Walked<Moment>> walked = new ArrayList<>(places.byHashes(sought));
      walked.addAll(places.along(UNHASHED));
      WalkedPlaces<Moment> found = places.of(walked);
      if (found.end() == null || !places.isNarrow()) {
        return found;
      }
    }
    return places.of(places.along(places.way()));
  }

  /** Whether another index leads to few rows, in most cases. */
  private boolean isNarrow() {
    return filter.key() != null || isOfFirstUses();
  }

  private boolean isOfFirstUses() {
    return !filter.types().isEmpty()
        && filter.types().stream()
            .filter(ActivityTypes.withNetwork()::contains)
            .allMatch(ActivityTypes.firstSeen()::equals);
  }

  private String way() {
    if (filter.key() != null) {
      span.argument("key", filter.key().uuid());
      return "key = :key";
    }
    if (isOfFirstUses()) {
      span.argument("type", ActivityTypes.firstSeen());
      return "type = :type";
    }
    return WITH_NETWORK;
  }

  private WalkedPlaces<Moment> of(List<Walked<Moment>> walked) {
    return WalkedPlaces.of(walked, filter.inItsOrder(Moment.ORDER));
  }

  private List<Walked<Moment>> byHashes(SoughtNetworks sought) {
    span.argument("hashes", sought.hashes().toArray(Long[]::new));
    return walked(WALKS, sought.column(), AddressPlaces.each(sought.hashes().size()));
  }

  private List<Walked<Moment>> along(String condition) {
    return walked(WALK, condition, WalkedPlaces.MOST);
  }

  private List<Walked<Moment>> walked(String walk, String by, int each) {
    return snapshot
        .sql(walk.formatted(by, ActivityReads.order(filter), span.text()))
        .params(span.arguments())
        .param("each", each)
        .query((row, n) ->
            new Walked<>(
                new Moment(
                    row.getObject(1, OffsetDateTime.class).toInstant(),
                    row.getObject(2, UUID.class)),
                row.getLong(3) == each))
        .list();
  }
}
