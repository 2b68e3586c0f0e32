package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Histories as the projector writes them, straight into the tables of a view version: the same
 * columns and records, in the order in which organisations would have lived them side by side. What
 * is no part of a search is left out: the log's hashes are bytes by chance, and it has no nodes.
 */
public final class HistorySeed {
  /** Over so many days, until now. */
  public static final int DAYS = 390;

  /** In the reasons of suspensions, and in nothing else. */
  public static final String RARE_WORD = "zanzibar";

  /** In the names of every key. */
  public static final String COMMON_WORD = "deploy";

  /** In the names of every key of the first quarter, and in nothing else. */
  public static final String OLD_WORD = "legacy";

  /** So many of the newest events can be searched by address, one in each. */
  public static final int WITH_ADDRESSES = 10;

  private static final int EVENTS_A_KEY = 6;
  private static final int EVENTS_A_SESSION = 50;
  private static final int EVENTS_UNTIL_A_CLOCK_IS_BEHIND = 10_000;
  private static final String ALL_COLUMNS =
      "organization, position, at, type, subject, actor, prior, record, leaf, actor_kind, session,"
          + " request_id, words, disordered";

  /** An organisation, and who is in it. */
  public static final class Seeded {
    public final OrganizationId id;
    public final List<MemberId> members = new ArrayList<>();

    /** Some of each, to be asked about. */
    public final List<KeyId> keys = new ArrayList<>();

    public final List<SessionId> sessions = new ArrayList<>();
    public final List<String> requests = new ArrayList<>();

    private final int number;
    private final String slug;
    private @Nullable SessionId session;
    private @Nullable KeyId key;
    private String prefix = "";
    private Instant latest = Instant.EPOCH;

    Seeded(OrganizationId id, int number) {
      this.id = id;
      this.number = number;
      this.slug = "history-" + number;
    }

    /**
     * One of those from which the newest events of a member come.
     *
     * @param member by an even number; it is their neighbour where they are of the other family
     */
    public String addressOf(int member, boolean six) {
      boolean theirs = SeedPeople.isOfSix(person(member)) == six;
      return SeedPeople.addressOf(person(theirs ? member : member + 1), 0);
    }

    /** Which of the people a member is. */
    private int person(int member) {
      return number * 5 + member;
    }
  }

  private record Row(
      OrganizationEvent event,
      Actor actor,
      int person,
      @Nullable UUID subject,
      @Nullable String words,
      @Nullable String prior) {}

  private final Ids ids = new Ids(11);

  // What is only written: a history that is gone through again makes the same ids without it.
  private final Ids content = new Ids(14);
  private final Policy policy = SeedPolicy.of(KeyTokenRules.Format.JWT);
  private final List<Seeded> organizations = new ArrayList<>();
  private final SeedPeople people;
  private final int eventsEach;
  private final Instant begin;
  private final Duration step;
  private final byte[] chance;

  /**
   * @param begin of each history, {@link #DAYS} ago
   */
  public HistorySeed(long events, int organizations, Instant begin, SeedPeople people) {
    this.people = people;
    this.eventsEach = Math.toIntExact(events / organizations);
    this.begin = begin;
    this.step = Duration.ofDays(DAYS).dividedBy(eventsEach);
    this.chance = ids.bytes(1 << 16);
    int members = Math.clamp(eventsEach / 500, 5, 200);
    for (int i = 0; i < organizations; i++) {
      var one = new Seeded(ids.organization(), i);
      for (int m = 0; m < members; m++) {
        one.members.add(ids.member());
      }
      this.organizations.add(one);
    }
  }

  public List<Seeded> organizations() {
    return organizations;
  }

  public Instant timeOf(long position) {
    return begin.plus(step.multipliedBy(position));
  }

  public int eventsEach() {
    return eventsEach;
  }

  /** Goes through all of it, which makes known whom and what there is to be asked about. */
  public void recall() {
    for (int position = 0; position < eventsEach; position++) {
      for (Seeded one : organizations) {
        var _ = next(one, position);
      }
    }
  }

  /** All events, into a table without indexes. */
  public void events(Connection connection, int generation) {
    String into =
        "copy query.events_g" + generation + " (" + ALL_COLUMNS + ") from stdin (format binary)";
    try (var copy = new CopyStream(connection, into)) {
      for (int position = 0; position < eventsEach; position++) {
        for (Seeded one : organizations) {
          append(copy, one, position);
        }
      }
    }
  }

  private record Next(Row row, Instant at, boolean disordered, @Nullable String request) {}

  private Next next(Seeded one, int position) {
    Instant at = timeOf(position);
    if (position % EVENTS_UNTIL_A_CLOCK_IS_BEHIND == EVENTS_UNTIL_A_CLOCK_IS_BEHIND - 1) {
      at = at.minus(step.multipliedBy(2));
    }
    boolean disordered = at.isBefore(one.latest);
    one.latest = disordered ? one.latest : at;
    if (position % EVENTS_A_SESSION == 0) {
      one.session = SessionId.of(ids.uuid());
    }
    Row row = row(one, position, at);
    String request =
        row.actor().kind() == Actor.Kind.SYSTEM ? null : "req-" + Long.toHexString(ids.random());
    note(one, position, row, request);
    return new Next(row, at, disordered, request);
  }

  private void append(CopyStream copy, Seeded one, int position) {
    Next next = next(one, position);
    Row row = next.row();
    LedgerEvent event =
        new LedgerEvent(
            one.id,
            position,
            content.event(),
            row.actor(),
            origin(row, position, next.request()),
            row.event());
    copy.row(14)
        .uuid(one.id.uuid())
        .bigint(position)
        .timestamp(next.at())
        .text(EventTypes.nameOf(row.event()))
        .uuid(row.subject())
        .uuid(row.actor().member() == null ? null : row.actor().member().uuid())
        .text(row.prior())
        .bytes(EventCodec.encode(event.withoutVerifiers()))
        .bytes(some(32, content))
        .text(row.actor().kind().name().toLowerCase(Locale.ROOT))
        .uuid(row.actor().session() == null ? null : row.actor().session().uuid())
        .text(next.request())
        .text(row.words())
        .bool(next.disordered());
  }

  private Row row(Seeded one, int position, Instant at) {
    int members = one.members.size();
    if (position == 0) {
      return ofStanding(
          new StandingEvent.OrganizationRegistered(
              one.id, one.slug, one.slug, OrganizationKind.STANDARD, null, policy, at),
          one.slug + " " + one.slug,
          null);
    }
    if (position <= members) {
      MemberId member = one.members.get(position - 1);
      int number = one.person(position - 1);
      Role role = position == 1 ? Role.OWNER : Role.EMPLOYEE;
      return new Row(
          new MemberEvent.MemberAdded(
              member, people.person(number), people.sealed(number, emailOf(number)), role, at),
          actor(one, 0),
          one.person(0),
          member.uuid(),
          null,
          null);
    }
    // Once in the middle of every thousand, and of a large history ten times in all.
    int apart = Math.max(1_000, eventsEach / 10);
    int suspended = position % apart;
    if (suspended == apart / 2) {
      String reason = "inquiry " + RARE_WORD + " " + position;
      return ofStanding(new StandingEvent.OrganizationSuspended(reason, at), reason, null);
    }
    if (suspended == apart / 2 + 1) {
      return ofStanding(new StandingEvent.OrganizationReinstated(at), null, "inquiry");
    }
    return life(one, position, at);
  }

  private static String emailOf(int number) {
    return "person-" + number % SeedPeople.COUNT + "@keyledger.example";
  }

  private static Row ofStanding(
      OrganizationEvent event, @Nullable String words, @Nullable String prior) {
    return new Row(event, OPERATOR, NOBODY, null, words, prior);
  }

  private static final int NOBODY = -1;

  private static final Actor OPERATOR =
      new Actor(
          Actor.Kind.OPERATOR, PersonId.of(new UUID(0x0190f5c27b3a7c4dL, 1L << 63)), null, null);

  private Row life(Seeded one, int position, Instant at) {
    int number = position / EVENTS_A_KEY;
    Actor actor = actor(one, number);
    int person = one.person(number % one.members.size());
    String word = position < eventsEach / 4 ? COMMON_WORD + " " + OLD_WORD : COMMON_WORD;
    KeyId key = one.key;
    int stage = position % EVENTS_A_KEY;
    if (stage == 0 || key == null) {
      key = ids.key();
      one.key = key;
      one.prefix = prefix();
      return ofKey(
          new KeyEvent.KeyCreated(
              key,
              "ci " + number,
              SeedPolicy.ENVIRONMENT,
              List.of(),
              actor.member(),
              new IssuedSecret(one.prefix, null, at),
              null,
              at),
          actor,
          person,
          "ci " + number,
          null);
    }
    String before = one.prefix;
    return switch (stage) {
      case 1 ->
          ofKey(
              new KeyEvent.KeyRenamed(key, "ci " + number, word + " " + number, at),
              actor,
              person,
              "ci " + number + " " + word + " " + number,
              null);
      case 2 -> {
        one.prefix = prefix();
        yield ofKey(
            new KeyEvent.KeyRotated(
                key, new IssuedSecret(one.prefix, null, at), at.plusSeconds(86_400), at),
            actor,
            person,
            null,
            before);
      }
      case 3 ->
          ofKey(
              new KeyEvent.RotationCompleted(key, before, at, at),
              Actor.SYSTEM,
              NOBODY,
              null,
              one.prefix);
      case 4 ->
          ofKey(
              new KeyEvent.KeyScopesNarrowed(key, List.of(), List.of(SeedPolicy.SCOPE), at),
              actor,
              person,
              null,
              null);
      default ->
          ofKey(
              new KeyEvent.KeyRevoked(key, KeyEvent.KeyRevoked.Cause.REQUESTED, "retired", at),
              actor,
              person,
              "retired",
              "active");
    };
  }

  private static Row ofKey(
      KeyEvent event, Actor actor, int person, @Nullable String words, @Nullable String prior) {
    return new Row(event, actor, person, event.key().uuid(), words, prior);
  }

  private Actor actor(Seeded one, int number) {
    int who = number % one.members.size();
    return new Actor(
        Actor.Kind.MEMBER, people.person(one.person(who)), one.members.get(who), one.session);
  }

  private Origin origin(Row row, int position, @Nullable String request) {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
    if (row.actor().kind() == Actor.Kind.SYSTEM) {
      return Origin.NONE.because(EventCause.reaction("grace_period_over"));
    }
    EventCause cause = EventCause.command("some_command");
    if (row.person() == NOBODY) {
      return new Origin(request, null, trace, null, cause);
    }
    if (position < firstWithAddress()) {
      PersonId person = people.person(row.person());
      return new Origin(request, sealed(person, 40), trace, sealed(person, 50), cause);
    }
    return new Origin(
        request,
        people.sealed(row.person(), SeedPeople.addressOf(row.person(), position)),
        trace,
        people.sealed(row.person(), "curl/8.15.0 (a client of the benchmark's)"),
        cause);
  }

  private int firstWithAddress() {
    return eventsEach - eventsEach / WITH_ADDRESSES;
  }

  private void note(Seeded one, int position, Row row, @Nullable String request) {
    int apart = Math.max(7, eventsEach / 997);
    if (position % apart != 0) {
      return;
    }
    if (request != null) {
      one.requests.add(request);
    }
    if (row.event() instanceof KeyEvent e) {
      one.keys.add(e.key());
    }
    if (row.actor().session() != null) {
      one.sessions.add(row.actor().session());
    }
  }

  private String prefix() {
    return SeedPolicy.PREFIX
        + "_a"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(some(4, ids));
  }

  private SealedText sealed(PersonId person, int bytes) {
    return new SealedText(
        person, Base64.getUrlEncoder().withoutPadding().encodeToString(some(bytes, content)));
  }

  private byte[] some(int count, Ids from) {
    int at = (int) ((from.random() >>> 1) % (chance.length - count));
    return Arrays.copyOfRange(chance, at, at + count);
  }

  /** What the events came to. Keys are taken from their events, which have to be there. */
  public void states(Connection connection, int generation) throws SQLException {
    String g = "_g" + generation;
    try (var copy =
        new CopyStream(
            connection,
            "copy query.members"
                + g
                + " (organization, member, person, email, role, added_at) from stdin (format binary)")) {
      for (Seeded one : organizations) {
        for (int m = 0; m < one.members.size(); m++) {
          copy.row(6)
              .uuid(one.id.uuid())
              .uuid(one.members.get(m).uuid())
              .uuid(people.person(one.person(m)).uuid())
              .text(people.sealed(one.person(m), emailOf(one.person(m))).ciphertext())
              .text(m == 0 ? "owner" : "employee")
              .timestamp(timeOf(m + 1));
        }
      }
    }
    try (var copy =
        new CopyStream(
            connection,
            "copy query.organizations"
                + g
                + " (organization, slug, name, kind, status, suspended, ip_allowlist,"
                + " ip_allowlist_environments, created_at) from stdin (format binary)")) {
      for (Seeded one : organizations) {
        copy.row(9)
            .uuid(one.id.uuid())
            .text(one.slug)
            .text(one.slug)
            .text("standard")
            .text("onboarding")
            .bool(false)
            .text("")
            .text("")
            .timestamp(begin);
      }
    }
    String json = EventCodec.mapper().writeValueAsString(policy);
    try (var statement = connection.createStatement();
        var policies =
            connection.prepareStatement(
                "insert into query.policies"
                    + g
                    + " select organization, ?, ?, 0, created_at from query.organizations"
                    + g)) {
      policies.setString(1, json);
      policies.setString(2, json);
      policies.executeUpdate();
      statement.execute(
          "insert into query.positions"
              + g
              + " (organization, position) select organization, "
              + (eventsEach - 1)
              + " from query.organizations"
              + g);
      // The service itself makes what addresses are searched by, of the newest events.
      statement.execute(
          "insert into query.address_progress select organization, "
              + firstWithAddress()
              + " from query.positions"
              + g);
      statement.execute(
          "insert into query.clocks"
              + g
              + " select organization, now() from query.organizations"
              + g);
      statement.execute(
          ("insert into query.keys%s (organization, key, name, environment, scopes, created_by,"
                  + " created_at, secret_prefix, secret_created_at, ended, ended_at)"
                  + " select organization, subject, words, '%s', '', actor, at, 'kl_live_seeded', at,"
                  + " 'revoked', at from query.events%s where type = 'key.created'")
              .formatted(g, SeedPolicy.ENVIRONMENT, g));
    }
  }

  /**
   * A tenth as much beside the ledger, over the same days, every five-thousandth of a rare kind.
   * Half of it is the first member's signing in, the other half sessions of the others' that ended,
   * or every fifth of these the first use of a key from the network of the member's address.
   */
  public void activity(Connection connection) throws SQLException {
    int each = Math.max(1, eventsEach / 10);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "select query.open_activity_month(now() - make_interval(days => d)) from generate_series(0, "
              + (DAYS + 31)
              + ", 20) d");
      statement.execute(
          "create temporary table seeded (organization uuid, member bigint, person uuid, session uuid, address text)");
      try (var copy = new CopyStream(connection, "copy seeded from stdin (format binary)")) {
        for (Seeded one : organizations) {
          SessionId session = one.sessions.getFirst();
          for (int m = 0; m < one.members.size(); m++) {
            copy.row(5)
                .uuid(one.id.uuid())
                .bigint(m)
                .uuid(people.person(one.person(m)).uuid())
                .uuid(session.uuid())
                .text(SeedPeople.addressOf(one.person(m), 0));
          }
        }
      }
      statement.execute("analyze seeded");
      statement.execute(
          ("insert into query.activity (organization, at, id, type, person, session, code, key, network)"
                  + " select organization, now() - n * (interval '%s days' / %s), overlay(gen_random_uuid()::text placing '7' from 15)::uuid,"
                  + " case when n %% 5000 = %s then 'second_step.set' when n %% 2 = 0 then"
                  + " 'sign_in.succeeded' when n %% 10 = 3 then 'key.first_seen' else 'session.ended' end,"
                  + " case when n %% 10 <> 3 then person end, case when n %% 10 <> 3 then session end,"
                  + " case when n %% 10 = 3 then 'many_networks' end,"
                  + " case when n %% 10 = 3 then session end, case when n %% 10 = 3 then"
                  + " network(set_masklen(address::inet, case family(address::inet) when 4 then 24 else 48 end))::text end"
                  + " from generate_series(%s, 0, -1) n join seeded"
                  + " on member = case when n %% 2 = 0 then 0 else 1 + n / 2 %% %s end")
              .formatted(
                  DAYS,
                  each,
                  Math.min(each / 2, 2_500),
                  each - 1,
                  organizations.getFirst().members.size() - 1));
    }
  }
}
