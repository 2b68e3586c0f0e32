package dev.keyledger.query.views;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.query.views.EventFilter.ByActor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What happened in an organisation beside the ledger, by what a filter asks. */
final class ActivityReads {
  private static final String OPERATOR = "operator";

  private static final String COLUMNS =
      """
      select organization, id, type, at, session, key, code, count, person, by, target_key, target_member, operation, permission,
        network, network_person
      from activity
      where organization = :organization\
      """;

  // The look-up is of one row at a time, so that no plan reads more than these. Of who was erased,
  // none is found.
  private static final String AMONG =
      "select a.* from unnest(cast(:ats as timestamptz[]), cast(:ids as uuid[])) p (place_at, place_id)"
          + " cross join lateral ("
          + COLUMNS
          + " and at = p.place_at and id = p.place_id limit 1) a where network is not null and"
          + " not exists (select from address_erasures e where e.person = network_person)";

  private static final String OF_A_MEMBER =
      "(by is null or by = 'member') and person = (select person from members@ where organization = :organization and member = :%s)";

  // A person who was removed and came back is another member each time.
  private static final String WITH_MEMBER =
      """
      select a.*, m.member, m.email
      from (%s) a left join lateral (
        select member, email from members@
        where organization = :organization and person = a.person and (a.by is null or a.by = 'member')
        order by (added_at <= a.at) desc, added_at desc limit 1) m on true
      """;

  private static final String STORED =
      """
      select * from activity
      where organization = :organization and at >= :kept and position >= :from and position < :to
      order by position limit :limit
      """;

  /**
   * @param position in the order in which records were stored; what has none yet isn't there yet
   */
  record StoredActivity(long position, Found.OfActivity found) {}

  private ActivityReads() {}

  /** The last position that there is; -1 of none. */
  static long lastStored(Snapshot snapshot) {
    return snapshot
        .sql(
            "select position from activity where organization = :organization"
                + " and position is not null order by position desc limit 1")
        .query(Long.class)
        .optional()
        .orElse(-1L);
  }

  /**
   * @param to first position that is too late
   * @param keptSince the first instant that is shown
   */
  static List<StoredActivity> stored(
      Snapshot snapshot, long from, long to, Instant keptSince, int limit) {
    return snapshot
        .sql(WITH_MEMBER.formatted(STORED) + " order by a.position")
        .param("kept", keptSince.atOffset(ZoneOffset.UTC))
        .param("from", from)
        .param("to", to)
        .param("limit", limit)
        .query((row, n) -> new StoredActivity(row.getLong("position"), found(row)))
        .list();
  }

  /**
   * One more than the limit, where there are so many.
   *
   * @param keptSince the first instant that is shown
   */
  static List<Found> read(Snapshot snapshot, EventFilter filter, Instant keptSince) {
    if (!canBe(filter)) {
      return List.of();
    }
    Conditions conditions = conditions(filter, keptSince);
    String order = order(filter);
    String walks =
        walks(filter, typesOf(filter), conditions).stream()
            .map(walk ->
                "("
                    + COLUMNS
                    + conditions.text()
                    + " and ("
                    + walk
                    + ")"
                    + order
                    + " limit :limit)")
            .collect(Collectors.joining(" union all "));
    String first = "select * from (" + walks + ") w" + order + " limit :limit";
    return found(snapshot, filter, first, conditions);
  }

  /**
   * The same, of these rows alone, and only such as tell from which network.
   *
   * @param places behind the start of the page
   */
  static List<Found> among(
      Snapshot snapshot, EventFilter filter, Instant keptSince, List<PageStart.Moment> places) {
    Conditions conditions = conditions(filter, keptSince);
    String any = String.join(" or ", walks(filter, typesOf(filter), conditions));
    conditions.argument(
        "ats", places.stream().map(place -> place.at().toString()).toArray(String[]::new));
    conditions.argument("ids", places.stream().map(PageStart.Moment::id).toArray(UUID[]::new));
    return found(
        snapshot,
        filter,
        AMONG + conditions.text() + " and (" + any + ")" + order(filter) + " limit :limit",
        conditions);
  }

  /** Whether there can be any: none of all else that is asked for is known of activity. */
  static boolean canBe(EventFilter filter) {
    return (filter.types().isEmpty() || !typesOf(filter).isEmpty())
        && filter.requestId() == null
        && filter.words() == null
        && !(filter.actor() instanceof ByActor.OfKind one && !one.kind().equals(OPERATOR));
  }

  private static List<String> typesOf(EventFilter filter) {
    return filter.types().stream().filter(ActivityTypes.all()::contains).toList();
  }

  static String order(EventFilter filter) {
    return " order by at" + filter.direction() + ", id" + filter.direction();
  }

  /** What lies in the interval that is asked for, behind the start of the page. */
  static Conditions span(EventFilter filter, Instant keptSince) {
    var conditions = new Conditions();
    conditions.and("at >= :kept", "kept", keptSince).from(filter.from()).to(filter.to());
    PageStart.Moment behind = filter.behind() == null ? null : filter.behind().moment();
    if (behind != null) {
      conditions.and(
          "(at, id)" + filter.behindIt() + "(:behindAt, :behindId)", "behindAt", behind.at());
      conditions.argument("behindId", behind.id());
    }
    return conditions;
  }

  private static Conditions conditions(EventFilter filter, Instant keptSince) {
    return span(filter, keptSince)
        .and(
            "session = :session",
            "session",
            filter.session() == null ? null : filter.session().uuid())
        .and(
            OF_A_MEMBER.formatted("actor"),
            "actor",
            filter.actor() instanceof ByActor.OneMember one ? one.id().uuid() : null)
        .and("by = :by", "by", filter.actor() instanceof ByActor.OfKind one ? one.kind() : null);
  }

  private static List<Found> found(
      Snapshot snapshot, EventFilter filter, String first, Conditions conditions) {
    return snapshot
        .sql(WITH_MEMBER.formatted(first) + order(filter))
        .params(conditions.arguments())
        .param("limit", filter.limit() + 1)
        .<Found>query((row, n) -> found(row))
        .list();
  }

  /**
   * What can be found in several ways is as many walks, each along an index that has its times in
   * order, and each record in one of them: along all that happened, a rare one would be far.
   */
  private static List<String> walks(EventFilter filter, List<String> types, Conditions conditions) {
    if (filter.key() != null || filter.member() != null) {
      conditions.types(types);
      return walksToOne(filter, conditions);
    }
    if (types.isEmpty() || filter.session() != null || filter.actor() != null) {
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

  private static List<String> walksToOne(EventFilter filter, Conditions conditions) {
    String member = OF_A_MEMBER.formatted("member");
    if (filter.member() != null) {
      conditions.argument("member", filter.member().uuid());
    }
    if (filter.key() == null) {
      return List.of(
          "target_member = :member", member + " and target_member is distinct from :member");
    }
    conditions.argument("key", filter.key().uuid());
    String also = filter.member() == null ? "" : " and (target_member = :member or " + member + ")";
    return List.of(
        "target_key = :key" + also, "key = :key and target_key is distinct from :key" + also);
  }

  private static Found.OfActivity found(ResultSet row) throws SQLException {
    UUID member = row.getObject("member", UUID.class);
    UUID person = row.getObject("person", UUID.class);
    UUID session = row.getObject("session", UUID.class);
    UUID key = row.getObject("key", UUID.class);
    String by = row.getString("by");
    return new Found.OfActivity(
        EventId.of(row.getObject("id", UUID.class)),
        row.getString("type"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        member == null ? null : MemberId.of(member),
        member == null ? null : email(row),
        session == null ? null : SessionId.of(session),
        key == null ? null : KeyId.of(key),
        row.getString("code"),
        row.getObject("count", Long.class),
        network(row),
        by == null ? null : denied(row, by, OPERATOR.equals(by) ? person : null));
  }

  private static Found.DeniedCommand denied(ResultSet row, String by, @Nullable UUID operator)
      throws SQLException {
    UUID key = row.getObject("target_key", UUID.class);
    UUID member = row.getObject("target_member", UUID.class);
    return new Found.DeniedCommand(
        OrganizationId.of(row.getObject("organization", UUID.class)),
        by,
        operator == null ? null : PersonId.of(operator),
        key == null ? null : KeyId.of(key),
        member == null ? null : MemberId.of(member),
        row.getString("operation"),
        row.getString("permission"));
  }

  private static Found.@Nullable OfNetwork network(ResultSet row) throws SQLException {
    String text = row.getString("network");
    UUID person = row.getObject("network_person", UUID.class);
    if (text == null) {
      return null;
    }
    return person == null
        ? new Found.OfNetwork(text, null)
        : new Found.OfNetwork(null, new SealedText(PersonId.of(person), text));
  }

  private static @Nullable SealedText email(ResultSet row) throws SQLException {
    return new SealedText(PersonId.of(row.getObject("person", UUID.class)), row.getString("email"));
  }
}
