package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An organisation's events from the ledger, by what a filter asks. */
final class EventReads {
  private record StoredEvent(LedgerEvent event, @Nullable String prior) {}

  /**
   * @param found one more than the limit, where there are so many
   * @param end the last position that was looked at, where a page had no room for more work; {@code
   *     null} where there is one more than the limit, or nothing behind
   */
  record EventPage(List<Found> found, @Nullable Long end) {
    static final EventPage NOTHING = new EventPage(List.of(), null);
  }

  private EventReads() {}

  static EventPage read(Snapshot snapshot, EventFilter filter) {
    return read(snapshot, filter, null);
  }

  /**
   * @param among positions of which it has to be one; {@code null} for all
   */
  static EventPage read(Snapshot snapshot, EventFilter filter, @Nullable List<Long> among) {
    List<String> types = filter.types().stream().filter(EventTypes.all()::containsKey).toList();
    if (types.isEmpty() && !filter.types().isEmpty()) {
      return EventPage.NOTHING;
    }
    Optional<PositionRange> range = PositionRange.of(snapshot, filter.from(), filter.to());
    if (range.isEmpty()) {
      return EventPage.NOTHING;
    }
    var question = EventQuestion.of(snapshot, filter, types, range.get());
    if (among == null && question.isOfOnePart()) {
      EventQuestion.Clause part =
          question.parts().isEmpty()
              ? EventQuestion.Clause.EVERYTHING
              : question.parts().getFirst();
      return new EventPage(
          found(
              snapshot,
              filter,
              question.walk(part, filter.limit() + 1),
              question.arguments(question.span())),
          null);
    }
    EventPlaces places =
        among == null ? EventSearch.find(question) : EventSearch.among(question, among);
    if (places.positions().isEmpty()) {
      return new EventPage(List.of(), places.end());
    }
    return new EventPage(
        found(
            snapshot,
            filter,
            "select unnest(cast(:places as bigint[])) as position",
            Map.of("places", places.positions().toArray(Long[]::new))),
        places.end());
  }

  private static List<Found> found(
      Snapshot snapshot, EventFilter filter, String positions, Map<String, ?> arguments) {
    List<StoredEvent> rows =
        snapshot
            .sql(
                "select e.position, e.prior, e.record from ("
                    + positions
                    + ") p join events@ e on e.organization = :organization and"
                    + " e.position = p.position order by e.position"
                    + filter.direction())
            .params(arguments)
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
