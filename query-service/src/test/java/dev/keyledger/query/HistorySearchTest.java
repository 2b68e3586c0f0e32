package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What history is asked for: a key's timeline, and everything that is searched by, combined. */
@ExtendWith(SharedReplica.Resolver.class)
class HistorySearchTest {
  private static final Instant T = TestLedger.START;

  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream acme = new Stream();
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId creator = newMember();
  private final MemberId colleague = newMember();
  private final KeyId key = TestLedger.newKey();
  private final SessionId session = SessionId.of(UuidCreator.getTimeOrderedEpoch());

  HistorySearchTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void theTimelineOfAKeyHasWhatChangedItsPowerFromItsCreationToItsEnd() {
    publish(
        acme.registered(),
        acme.next(added(creator)),
        acme.next(added(colleague)),
        acme.next(policyChanged()),
        acme.next(new MemberRoleChanged(creator, Role.OWNER, Role.ADMIN, T)),
        acme.next(created(key, "ci")), // 5
        acme.next(TestLedger.created(TestLedger.newKey(), "another")),
        acme.next(policyChanged()), // 7
        acme.next(new MemberRoleChanged(colleague, Role.OWNER, Role.ADMIN, T)),
        acme.next(new MemberRoleChanged(creator, Role.ADMIN, Role.EMPLOYEE, T)), // 9
        acme.next(
            new IpAllowlistChanged(List.of(), List.of("10.0.0.0/8"), List.of(), List.of(), T)),
        acme.next(new OrganizationSuspended("unpaid", T)), // 11
        acme.next(new OrganizationReinstated(T)), // 12
        acme.next(new KeyRenamed(key, "ci", "deploy", T)), // 13
        acme.next(new MemberRemoved(creator, Role.EMPLOYEE, T)), // 14
        acme.next(new KeyRevoked(key, KeyRevoked.Cause.MEMBER_REMOVED, null, T)), // 15
        acme.next(policyChanged()));

    var items = service.get(member(acme, ALL), events("?key=" + key)).items();

    assertThat(positions(items)).containsExactly(15L, 14L, 13L, 12L, 11L, 10L, 9L, 7L, 5L);
    assertThat(relations(items))
        .containsExactly(
            "subject", "power", "subject", "power", "power", "power", "power", "power", "subject");
    assertThat(found("?key=" + key + "&type=member.removed,key.renamed")).containsExactly(14L, 13L);
    assertThat(found("?key=" + key + "&order=oldest&limit=3")).containsExactly(5L, 7L, 9L);
    assertThat(found("?key=" + key + "&member=" + creator)).containsExactly(14L, 9L);
  }

  @Test
  void aKeyThatLivesIsChangedByWhatComesAndOneOfTheOrganizationByNoMember() {
    KeyId own = TestLedger.newKey();
    publish(
        acme.registered(),
        acme.next(added(creator)),
        acme.next(TestLedger.created(own, "of the organisation")),
        acme.next(new MemberRoleChanged(creator, Role.OWNER, Role.ADMIN, T)),
        acme.next(policyChanged()));

    assertThat(found("?key=" + own)).containsExactly(4L, 2L);
  }

  @Test
  void theKeyOfAnotherOrganizationHasNoTimelineHere() {
    var other = new Stream();
    publish(acme.registered(), acme.next(added(creator)), acme.next(created(key, "ci")));
    ledger.publish(other.registered(), other.next(policyChanged()));
    service.awaitApplied(other);

    var answer =
        service.get(member(other, ALL), "/v1/organizations/" + other.id + "/events?key=" + key);

    assertThat(answer.items()).isEmpty();
  }

  @Test
  void whatIsAskedForHasToHoldAtOnceAndInEitherOrder() {
    var byCreator = new Actor(Actor.Kind.MEMBER, person, creator, session);
    var operator =
        new Actor(Actor.Kind.OPERATOR, PersonId.of(UuidCreator.getTimeOrderedEpoch()), null, null);
    publish(
        acme.registered(),
        acme.next(added(creator)),
        acme.next(created(key, "ci"), byCreator, request("one")), // 2
        acme.next(new KeyRenamed(key, "ci", "deploy", T.plusSeconds(5)), byCreator, request("two")),
        acme.next(policyChanged(), operator, request("two")), // 4
        acme.next(new KeyRenamed(key, "deploy", "ci", T.plusSeconds(9)), byCreator, request("x")));

    assertThat(found("?order=oldest")).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(found("?actor=operator")).containsExactly(4L);
    assertThat(found("?actor=system")).containsExactly(1L, 0L);
    assertThat(found("?actor=" + creator)).containsExactly(5L, 3L, 2L);
    assertThat(found("?actor=" + creator + "&type=key.renamed&order=oldest"))
        .containsExactly(3L, 5L);
    assertThat(found("?session=" + session + "&to=" + T.plusSeconds(9))).containsExactly(3L, 2L);
    assertThat(found("?request_id=two")).containsExactly(4L, 3L);
    assertThat(found("?request_id=two&actor=operator")).containsExactly(4L);
    assertThat(found("?request_id=two&actor=operator&key=" + key)).containsExactly(4L);
    assertThat(found("?key=" + key + "&session=" + session + "&from=" + T.plusSeconds(6)))
        .containsExactly(5L);
    assertThat(found("?member=" + creator + "&q=deploy&order=oldest")).containsExactly(3L, 5L);
    for (String wrong :
        List.of("actor=nobody", "session=x", "order=up", "q=%00", "request_id=%0A", "q=")) {
      assertThat(service.get(OPERATOR, events("?" + wrong)).status()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void pagesInEitherOrderLoseAndRepeatNothing() {
    publish(acme.registered());
    for (int i = 0; i < 12; i++) {
      ledger.publish(acme.next(TestLedger.created(TestLedger.newKey(), "k" + i)));
    }
    service.awaitApplied(acme);

    var seen = new ArrayList<Long>();
    String cursor = "";
    do {
      var page = service.get(OPERATOR, events("?order=oldest&limit=5" + cursor));
      seen.addAll(positions(page.items()));
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());

    assertThat(seen).isEqualTo(LongStream.rangeClosed(0, 12).boxed().toList());
  }

  @Test
  void anIntervalOfTimesMissesNothingWhereReplicasClocksDiffer() {
    publish(
        acme.registered(),
        acme.next(suspendedAt(10)), // 1
        acme.next(suspendedAt(50)), // 2, by a clock that is ahead
        acme.next(suspendedAt(20)), // 3
        acme.next(suspendedAt(60)), // 4, again
        acme.next(suspendedAt(30)), // 5
        acme.next(suspendedAt(70)));

    assertThat(found("?from=" + T.plusSeconds(45) + "&to=" + T.plusSeconds(65)))
        .containsExactly(4L, 2L);
    assertThat(found("?from=" + T.plusSeconds(15) + "&to=" + T.plusSeconds(40)))
        .containsExactly(5L, 3L);
    assertThat(found("?to=" + T.plusSeconds(40))).containsExactly(5L, 3L, 1L, 0L);
    assertThat(found("?from=" + T.plusSeconds(40))).containsExactly(6L, 4L, 2L);
    assertThat(found("?from=" + T.plusSeconds(80))).isEmpty();
    assertThat(found("?to=" + T.plusSeconds(40) + "&limit=2&order=oldest")).containsExactly(0L, 1L);
  }

  @Test
  void wordsOfNamesAndReasonsAreFoundInTheOwnOrganizationAlone() {
    var other = new Stream();
    publish(
        acme.registered(),
        acme.next(created(key, "ci-deploy for billing")), // 1
        acme.next(new KeyRenamed(key, "ci-deploy for billing", "Releases", T)),
        acme.next(new OrganizationSuspended("Unpaid invoices since May", T)), // 3
        acme.next(
            new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "found in a public repository", T)));
    ledger.publish(
        other.registered(), other.next(TestLedger.created(TestLedger.newKey(), "other's billing")));
    service.awaitApplied(other);

    assertThat(found("?q=BILLING")).containsExactly(2L, 1L);
    assertThat(found("?q=deploy")).containsExactly(2L, 1L);
    assertThat(found("?q=billing+-releases")).containsExactly(1L);
    assertThat(found("?q=%22public+repository%22")).containsExactly(4L);
    assertThat(found("?q=%22repository+public%22")).isEmpty();
    assertThat(found("?q=invoices+or+repository&order=oldest")).containsExactly(3L, 4L);
    assertThat(found("?q=" + acme.slug)).containsExactly(0L);
    assertThat(found("?q=%27%29%7C%27")).isEmpty();
    for (String signs :
        List.of("-", "- ", "-(", "-\"", "\"-", "(-", "!", "!-", "-a ", "or ", "\"a\" -")) {
      String many = signs.repeat(100 / signs.length()).strip();
      assertThat(found("?q=" + URLEncoder.encode(many, StandardCharsets.UTF_8))).isNotNull();
    }
    assertThat(found("?q=" + acme.id.uuid() + "+or+" + other.id.uuid())).isEmpty();
    assertThat(found("?q=-billing")).doesNotContain(1L, 2L);
    var foreign =
        service.get(
            member(other, ALL), "/v1/organizations/" + other.id + "/events?q=billing+or+unpaid");
    assertThat(positions(foreign.items())).containsExactly(1L);
  }

  @Test
  void eventsThatWereThereBeforeAreSearchedByTheSame() {
    publish(
        acme.registered(),
        acme.next(
            created(key, "ci"),
            new Actor(Actor.Kind.MEMBER, person, creator, session),
            request("one")),
        acme.next(new KeyRenamed(key, "ci", "deploy", T)),
        acme.next(new OrganizationSuspended("unpaid", T.minusSeconds(1))),
        acme.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, T)));
    String columns = "select actor_kind, session, request_id, words, disordered from ";
    String ofAcme = " where organization = '" + acme.id.uuid() + "' order by position";
    String live = "events_g" + service.liveGeneration();
    var written = service.rows(columns + live + ofAcme);

    String without =
        "set actor_kind = null, session = null, request_id = null, words = null, disordered = false";
    String acmeAlone = " where organization = '" + acme.id.uuid() + "' returning 1";
    service.rows("update " + live + " " + without + acmeAlone);

    service.rows(
        scriptOfExistingEvents(live)
            + " and e.organization = '"
            + acme.id.uuid()
            + "' returning 1");

    assertThat(service.rows(columns + live + ofAcme)).isEqualTo(written);
    assertThat(written.get(3).getLast()).isEqualTo("t");
  }

  /** The migration's own statement, of one table. */
  private static String scriptOfExistingEvents(String live) {
    String script = read("src/main/resources/db/query/V6__search.sql");
    int from = script.indexOf("update events_g%1$s e set");
    return script
        .substring(from, script.indexOf("', n);", from))
        .replace("''", "'")
        .replace("events_g%1$s", live);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OrganizationSuspended suspendedAt(int seconds) {
    return new OrganizationSuspended("clocks", T.plusSeconds(seconds));
  }

  private MemberAdded added(MemberId member) {
    return new MemberAdded(member, person, tokens.seal(person, "a@example.com"), Role.OWNER, T);
  }

  private KeyCreated created(KeyId id, String name) {
    return new KeyCreated(
        id, name, "live", List.of(), creator, TestLedger.secret("kl_live_a"), null, T);
  }

  private static OrganizationEvent policyChanged() {
    return new PolicyChanged(TestLedger.policy(), SharedReplica.tightened(), true, T);
  }

  private static Origin request(String id) {
    return new Origin(id, null, null);
  }

  private static MemberId newMember() {
    return MemberId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private void publish(LedgerEvent... events) {
    ledger.publish(events);
    service.awaitApplied(acme);
  }

  private String events(String query) {
    return "/v1/organizations/" + acme.id + "/events" + query;
  }

  private List<Long> found(String query) {
    var answer = service.get(OPERATOR, events(query));
    assertThat(answer.status()).as(query).isEqualTo(200);
    return positions(answer.items());
  }

  private static List<Long> positions(JsonNode items) {
    var positions = new ArrayList<Long>();
    items.forEach(item -> positions.add(item.path("position").longValue()));
    return positions;
  }

  private static List<String> relations(JsonNode items) {
    var relations = new ArrayList<String>();
    items.forEach(item -> relations.add(item.path("relation").stringValue()));
    return relations;
  }
}
