package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.query.views.EventFilter.ByActor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An organisation's events from the ledger, by what a filter asks. What can be found in several
 * ways at once is as many walks, each along an index that has the order of positions, and none
 * longer than a page of what it finds.
 */
final class EventReads {
  private static final String WALK =
      "(select position from events@ where organization = :organization%s and %s"
          + " order by position%s limit :limit)";

  private static final String WORDS =
      "words is not null and event_words(organization, words) @@ (cast('''' || :organizationWord ||"
          + " '''' as tsquery) && websearch_to_tsquery('simple', :words)) and"
          + " numnode(websearch_to_tsquery('simple', :words)) > 0";

  /** So many events are looked through for words before their index is asked. */
  private static final int NEAR = 4_000;

  private record StoredEvent(LedgerEvent event, @Nullable String prior) {}

  private EventReads() {}

  /** One more than the limit, where there are so many. */
  static List<Found> read(Snapshot snapshot, EventFilter filter) {
    return read(snapshot, filter, null);
  }

  /**
   * @param among positions of which it has to be one; {@code null} for all
   */
  static List<Found> read(Snapshot snapshot, EventFilter filter, @Nullable List<Long> among) {
    List<String> types = filter.types().stream().filter(EventTypes.all()::containsKey).toList();
    if (types.isEmpty() && !filter.types().isEmpty()) {
      return List.of();
    }
    Optional<PositionRange> range = PositionRange.of(snapshot, filter.from(), filter.to());
    if (range.isEmpty()) {
      return List.of();
    }
    var conditions = new Conditions();
    List<String> walks = walks(snapshot, filter, types, conditions);
    conditions
        .and("position >= :first", "first", range.get().first())
        .and("position < :end", "end", range.get().end())
        .from(filter.from())
        .to(filter.to());
    if (filter.behind() != null) {
      conditions.and(
          "position" + filter.behindIt() + ":behind", "behind", filter.behind().position());
    }
    conditions.and(
        "position = any (:among)", "among", among == null ? null : among.toArray(Long[]::new));
    narrow(snapshot, filter, conditions);
    if (filter.words() != null) {
      List<Found> near = near(snapshot, filter, conditions, walks);
      if (near.size() > filter.limit()) {
        return near;
      }
    }
    return found(
        snapshot, filter, all(walks, conditions.text() + words(filter), filter), conditions);
  }

  /**
   * A word that is everywhere is found by walking a little from the start of the page; by its index
   * all of its places would be read and put into order. One that isn't found there is rare enough.
   */
  private static List<Found> near(
      Snapshot snapshot, EventFilter filter, Conditions conditions, List<String> walks) {
    String some =
        "(select position from (select position, organization, words from events@ where"
            + " organization = :organization%s and (%s) order by position%s limit :near) n where %s)"
                .formatted(
                    conditions.text(), String.join(" or ", walks), filter.direction(), WORDS);
    conditions.argument("near", NEAR);
    return found(snapshot, filter, some, conditions);
  }

  private static String all(List<String> walks, String conditions, EventFilter filter) {
    return walks.stream()
        .map(walk -> WALK.formatted(conditions, walk, filter.direction()))
        .collect(Collectors.joining(" union "));
  }

  private static String words(EventFilter filter) {
    return filter.words() == null ? "" : " and " + WORDS;
  }

  /** What holds for each walk. */
  private static void narrow(Snapshot snapshot, EventFilter filter, Conditions conditions) {
    switch (filter.actor()) {
      case ByActor.OneMember one -> conditions.and("actor = :actor", "actor", one.id().uuid());
      case ByActor.OfKind one -> conditions.and("actor_kind = :kind", "kind", one.kind());
      case null -> {}
    }
    conditions
        .and(
            "session = :session",
            "session",
            filter.session() == null ? null : filter.session().uuid())
        .and("request_id = :request", "request", filter.requestId());
    if (filter.words() != null) {
      conditions.argument("words", filter.words());
      conditions.argument("organizationWord", snapshot.organization().uuid().toString());
    }
  }

  private static List<String> walks(
      Snapshot snapshot, EventFilter filter, List<String> types, Conditions conditions) {
    if (filter.key() != null) {
      conditions.types(types);
      if (filter.member() != null) {
        conditions.and("(subject = :member or actor = :member)", "member", filter.member().uuid());
      }
      return KeyPower.walks(snapshot, filter.key(), conditions);
    }
    if (filter.member() != null) {
      conditions.types(types);
      conditions.argument("member", filter.member().uuid());
      return List.of("subject = :member", "actor = :member");
    }
    boolean narrow =
        filter.actor() != null
            || filter.session() != null
            || filter.requestId() != null
            || filter.words() != null;
    if (types.isEmpty() || narrow) {
      conditions.types(types);
      return List.of("true");
    }
    return IntStream.range(0, types.size())
        .mapToObj(i -> {
          conditions.argument("type" + i, types.get(i));
          return "type = :type" + i;
        })
        .toList();
  }

  private static List<Found> found(
      Snapshot snapshot, EventFilter filter, String walks, Conditions conditions) {
    String order = " order by position" + filter.direction();
    List<StoredEvent> rows =
        snapshot
            .sql(
                "select e.position, e.prior, e.record from (select position from ("
                    + walks
                    + ") w"
                    + order
                    + " limit :limit) p join events@ e on e.organization = :organization and"
                    + " e.position = p.position order by e.position"
                    + filter.direction())
            .params(conditions.arguments())
            .param("limit", filter.limit() + 1)
            .query((row, n) ->
                new StoredEvent(
                    EventCodec.decodeEvent(row.getBytes("record")), row.getString("prior")))
            .list();
    Map<UUID, SealedText> emails = emails(snapshot, rows);
    var ceilings = FormerCeilings.of(snapshot, rows.stream().map(StoredEvent::event).toList());
    return rows.stream()
        .<Found>map(row -> {
          MemberId actor = row.event().actor().member();
          return new Found.OfLedger(
              row.event(),
              row.prior(),
              ceilings.before(row.event()),
              actor == null ? null : emails.get(actor.uuid()));
        })
        .toList();
  }

  private static Map<UUID, SealedText> emails(Snapshot snapshot, List<StoredEvent> rows) {
    Set<UUID> members = new HashSet<>();
    for (StoredEvent row : rows) {
      MemberId actor = row.event().actor().member();
      if (actor != null) {
        members.add(actor.uuid());
      }
    }
    Map<UUID, SealedText> emails = new HashMap<>();
    if (!members.isEmpty()) {
      snapshot
          .sql(
              """
              select member, person, email from members@
              where organization = :organization and member = any (:members)
              """)
          .param("members", members.toArray(UUID[]::new))
          .query(row -> {
            emails.put(
                row.getObject(1, UUID.class),
                new SealedText(PersonId.of(row.getObject(2, UUID.class)), row.getString(3)));
          });
    }
    return emails;
  }
}
