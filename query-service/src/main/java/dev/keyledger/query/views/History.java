package dev.keyledger.query.views;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who did what, when, from where; personal data is opened for the one answer. */
@Component
final class History {
  /**
   * @param before the fields that changed as they were; {@code null} where something came to be
   */
  record Event(
      EventId id,
      long position,
      String type,
      Instant at,
      Who actor,
      Where origin,
      Subject subject,
      @Nullable Map<String, @Nullable Object> before,
      @Nullable Map<String, @Nullable Object> after) {}

  /**
   * @param person the operator's alone: of members, it would tell two organisations that they share
   *     a member
   * @param email {@code null} for the operator and the system, and once the person was erased
   */
  record Who(
      Actor.Kind kind,
      @Nullable PersonId person,
      @Nullable MemberId member,
      @Nullable String email,
      @Nullable SessionId session) {}

  record Where(
      @Nullable String address, @Nullable String requestId, @Nullable String traceparent) {}

  /**
   * @param kind {@code organization}, {@code member} or {@code key}
   */
  record Subject(String kind, String id) {}

  /**
   * @param from first instant
   * @param to first instant that is too late
   * @param behind position before which the page begins
   */
  record EventFilter(
      @Nullable KeyId key,
      @Nullable MemberId member,
      List<String> types,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable Long behind,
      int limit) {}

  /**
   * @param actorEmail sealed, from the members' view
   */
  record Found(LedgerEvent event, @Nullable String prior, @Nullable SealedText actorEmail) {}

  private record StoredEvent(LedgerEvent event, @Nullable String prior) {}

  private final PeopleKeys people;

  History(PeopleKeys people) {
    this.people = people;
  }

  /** One more than the limit, where there are so many. */
  static List<Found> read(Snapshot snapshot, EventFilter filter) {
    var where = new StringBuilder();
    Map<String, Object> arguments = new HashMap<>();
    if (filter.key() != null) {
      where.append(" and subject = :key");
      arguments.put("key", filter.key().uuid());
    }
    if (!filter.types().isEmpty()) {
      where.append(" and type = any (:types)");
      arguments.put("types", filter.types().toArray(String[]::new));
    }
    if (filter.from() != null) {
      where.append(" and at >= :from");
      arguments.put("from", filter.from().atOffset(ZoneOffset.UTC));
    }
    if (filter.to() != null) {
      where.append(" and at < :to");
      arguments.put("to", filter.to().atOffset(ZoneOffset.UTC));
    }
    if (filter.behind() != null) {
      where.append(" and position < :behind");
      arguments.put("behind", filter.behind());
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
        .map(row -> {
          MemberId actor = row.event().actor().member();
          return new Found(
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

  Opened open(List<Found> found) {
    Set<PersonId> persons = new HashSet<>();
    for (Found one : found) {
      add(persons, one.actorEmail());
      add(persons, one.event().origin().address());
      if (one.event().event() instanceof MemberAdded e) {
        add(persons, e.email());
      }
    }
    return people.of(persons);
  }

  private static void add(Set<PersonId> persons, @Nullable SealedText sealed) {
    if (sealed != null) {
      persons.add(sealed.person());
    }
  }

  static Event shown(Found found, Opened people) {
    LedgerEvent event = found.event();
    Actor actor = event.actor();
    Origin origin = event.origin();
    Change change = Change.of(event.event(), found.prior(), people);
    return new Event(
        event.id(),
        event.position(),
        EventTypes.nameOf(event.event()),
        event.event().at(),
        new Who(
            actor.kind(),
            actor.kind() == Actor.Kind.OPERATOR ? actor.person() : null,
            actor.member(),
            people.text(found.actorEmail()),
            actor.session()),
        new Where(people.text(origin.address()), origin.requestId(), origin.traceparent()),
        subject(event),
        change.before(),
        change.after());
  }

  private static Subject subject(LedgerEvent event) {
    return switch (event.event()) {
      case KeyEvent e -> new Subject("key", e.key().value());
      case MemberEvent e -> new Subject("member", e.member().value());
      case StandingEvent e -> new Subject("organization", event.organization().value());
    };
  }
}
