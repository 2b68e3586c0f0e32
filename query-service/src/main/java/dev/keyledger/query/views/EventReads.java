package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An organisation's events from the ledger, by what a filter asks. */
final class EventReads {
  private record StoredEvent(LedgerEvent event, @Nullable String prior) {}

  private EventReads() {}

  /** One more than the limit, where there are so many. */
  static List<Found> read(Snapshot snapshot, EventFilter filter) {
    List<String> types = filter.types().stream().filter(EventTypes.all()::containsKey).toList();
    if (types.isEmpty() && !filter.types().isEmpty()) {
      return List.of();
    }
    var where = new StringBuilder();
    Map<String, Object> arguments = new HashMap<>();
    if (filter.key() != null) {
      where.append(" and subject = :key");
      arguments.put("key", filter.key().uuid());
    }
    if (!types.isEmpty()) {
      where.append(" and type = any (:types)");
      arguments.put("types", types.toArray(String[]::new));
    }
    if (filter.from() != null) {
      where.append(" and at >= :from");
      arguments.put("from", filter.from().atOffset(ZoneOffset.UTC));
    }
    if (filter.to() != null) {
      where.append(" and at < :to");
      arguments.put("to", filter.to().atOffset(ZoneOffset.UTC));
    }
    if (filter.behind() != null && filter.behind().position() != null) {
      where.append(" and position < :behind");
      arguments.put("behind", filter.behind().position());
    }
    String sql = select(where.toString(), filter.member() != null);
    if (filter.member() != null) {
      arguments.put("member", filter.member().uuid());
    }
    List<StoredEvent> rows =
        snapshot
            .sql(sql)
            .params(arguments)
            .param("organization", snapshot.organization().uuid())
            .param("limit", filter.limit() + 1)
            .query((row, n) ->
                new StoredEvent(
                    EventCodec.decodeEvent(row.getBytes("record")), row.getString("prior")))
            .list();
    Map<UUID, SealedText> emails = emails(snapshot, rows);
    return rows.stream()
        .<Found>map(row -> {
          MemberId actor = row.event().actor().member();
          return new Found.OfLedger(
              row.event(), row.prior(), actor == null ? null : emails.get(actor.uuid()));
        })
        .toList();
  }

  // As actor and as subject: two walks along two indexes, each no longer than a page.
  private static String select(String where, boolean ofMember) {
    String head = "select position, prior, record from events@ where organization = :organization";
    String tail = " order by position desc limit :limit";
    if (!ofMember) {
      return head + where + tail;
    }
    return "select * from (("
        + head
        + where
        + " and subject = :member"
        + tail
        + ") union ("
        + head
        + where
        + " and actor = :member"
        + tail
        + ")) e"
        + tail;
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
