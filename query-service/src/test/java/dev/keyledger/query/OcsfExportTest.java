package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.query.ocsf.OcsfSchema;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** History in OCSF, over HTTP: good by the schema, whole, and gone on with as if it never broke. */
@ExtendWith(SharedReplica.Resolver.class)
class OcsfExportTest {
  private static final String OCSF = "application/vnd.keyledger.ocsf+ndjson";
  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");
  private static final Instant T = TestLedger.START;

  private final SharedReplica replica;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String path = "/v1/organizations/" + stream.id + "/events";
  private final PersonId ann = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId annHere = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final SessionId session = SessionId.of(UuidCreator.getTimeOrderedEpoch());
  private final KeyId key = TestLedger.newKey();

  OcsfExportTest(SharedReplica replica) {
    this.replica = replica;
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void theLedgerIsToldInOrderEachEventGoodByTheSchema() {
    publishSome(3);

    List<JsonNode> events = events("");

    assertThat(events).hasSize(5).allSatisfy(event -> assertGood(event, "ledger"));
    assertThat(events.stream().map(event -> event.at("/metadata/sequence").longValue()))
        .containsExactly(0L, 1L, 2L, 3L, 4L);
    JsonNode created = events.get(2);
    assertThat(created.path("type_uid").longValue()).isEqualTo(600301);
    assertThat(created.at("/actor/user/uid").stringValue()).isEqualTo(annHere.value());
    assertThat(created.at("/actor/user/email_addr").stringValue()).isEqualTo("ann@example.org");
    assertThat(created.at("/src_endpoint/ip").stringValue()).isEqualTo("192.0.2.7");
    assertThat(created.at("/http_request/user_agent").stringValue()).isEqualTo("curl/9");
    assertThat(created.at("/api/operation").stringValue()).isEqualTo("create_key");
    assertThat(created.at("/unmapped/after/status").stringValue()).isEqualTo("active");
    assertThat(created.at("/metadata/tenant_uid").stringValue()).isEqualTo(stream.id.value());
  }

  @Test
  void everyKindOfActivityIsToldAndNoneOfTheLedger() {
    publishSome(0);
    List<Activity> all = everyKind();
    all.forEach(ledger::publish);
    awaitStored(all.size());

    List<JsonNode> events = events("?source=activity");

    assertThat(events).hasSize(all.size()).allSatisfy(event -> assertGood(event, "activity"));
    JsonNode signIn = events.getFirst();
    assertThat(signIn.path("type_uid").longValue()).isEqualTo(300201);
    assertThat(signIn.at("/user/uid").stringValue()).isEqualTo(annHere.value());
    assertThat(signIn.at("/session/uid").stringValue()).isEqualTo(session.value());
    assertThat(signIn.path("status_id").intValue()).isEqualTo(1);
    JsonNode failed = events.get(1);
    assertThat(failed.path("status_id").intValue()).isEqualTo(2);
    assertThat(failed.path("status_code").stringValue()).isEqualTo("some_code");
  }

  @Test
  void whateverBreaksOffIsGoneOnWithAsIfItNeverHad() throws IOException {
    publishSome(2_500);
    for (int i = 0; i < 40; i++) {
      // Each earlier than the one before it: what counts is when they were stored.
      ledger.publish(activity(Kind.SIGN_IN_SUCCEEDED, T.minusSeconds(i)));
    }
    awaitStored(40);
    for (String source : List.of("", "source=activity&")) {
      byte[] whole = send("?" + source).body();
      for (int kept : new int[] {0, 1, 700, whole.length / 3, whole.length / 2, whole.length}) {
        byte[] first = beginning("?" + source, kept);
        String lines = new String(first, StandardCharsets.UTF_8);
        lines = lines.substring(0, lines.lastIndexOf('\n') + 1);
        byte[] rest = send("?" + source + "from_position=" + next(lines)).body();
        assertThat(lines + new String(rest, StandardCharsets.UTF_8))
            .isEqualTo(new String(whole, StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void aRecordThatComesLateIsInTheNextPartAlthoughItsTimeIsBeforeTheLastOne() {
    publishSome(0);
    ledger.publish(activity(Kind.SIGN_IN_SUCCEEDED, T));
    awaitStored(1);
    String first = new String(send("?source=activity").body(), StandardCharsets.UTF_8);
    Activity late = activity(Kind.SIGN_IN_FAILED, T.minus(Duration.ofDays(3)));
    ledger.publish(late);
    awaitStored(2);

    List<JsonNode> next = events("?source=activity&from_position=" + next(first));

    assertThat(next).hasSize(1);
    assertThat(next.getFirst().at("/metadata/uid").stringValue()).isEqualTo(late.id().value());
    assertThat(events("?source=activity&from_position=9000000000000000")).isEmpty();
  }

  @Test
  void aRecordThatHasNoPositionYetIsNotThereYet() {
    publishSome(0);
    Activity waiting = activity(Kind.SIGN_IN_SUCCEEDED, T.minusSeconds(1));
    ledger.publish(waiting);
    awaitStored(1);
    ledger.publish(activity(Kind.SIGN_IN_FAILED, T));
    awaitStored(2);
    String of = " where id = '" + waiting.id().uuid() + "'";
    service.update("update activity set position = null" + of);

    List<JsonNode> before = events("?source=activity");
    service.update("update activity set position = nextval('activity_positions')" + of);

    assertThat(before).hasSize(1);
    long seen = before.getFirst().at("/metadata/sequence").longValue();
    assertThat(events("?source=activity&from_position=" + (seen + 1)))
        .singleElement()
        .satisfies(event ->
            assertThat(event.at("/metadata/uid").stringValue()).isEqualTo(waiting.id().value()));
  }

  @Test
  void nothingPersonalIsLeftOfWhoWasErased() {
    publishSome(2);
    ledger.publish(activity(Kind.SIGN_IN_SUCCEEDED, T));
    awaitStored(1);
    tokens.erase(ann);

    assertThat(events("")).hasSize(4).allSatisfy(event -> assertGood(event, "ledger"));
    assertThat(events("?source=activity")).allSatisfy(event -> assertGood(event, "activity"));
    assertThat(new String(send("").body(), StandardCharsets.UTF_8))
        .doesNotContain("ann@", "192.0.2.7", "curl", ann.value());
    assertThat(new String(send("?source=activity").body(), StandardCharsets.UTF_8))
        .doesNotContain("ann@", ann.value());
  }

  @Test
  void itIsOfOneSourceThatOnlyAuditorsOfTheOrganisationSee() {
    publishSome(0);
    for (String query :
        List.of(
            "?source=ledger,activity",
            "?source=x",
            "?from_position=-1",
            "?from_position=3",
            "?q=x")) {
      assertThat(send(query).statusCode()).as(query).isEqualTo(422);
    }
    assertThat(service.send(auditor, path + "?source=activity", "text/csv").statusCode())
        .isEqualTo(422);
    assertThat(
            service.send(auditor, path + "?source=activity", "application/x-ndjson").statusCode())
        .isEqualTo(422);
    assertThat(service.send(member(stream, Set.of("keys.verify")), path, OCSF).statusCode())
        .isEqualTo(403);
    assertThat(service.send(member(new Stream(), ALL), path, OCSF).statusCode()).isEqualTo(403);
  }

  @Test
  void whatACollectorIsSentIsTheVeryLinesOfTheExport() {
    publishSome(3);
    everyKind().forEach(ledger::publish);
    awaitStored(everyKind().size());
    for (String source : List.of("ledger", "activity")) {
      List<String> sent = new ArrayList<>();
      long from = 0;
      JsonNode page = collected(source, from, 2, 500_000, "[\"*\"]");
      while (page.path("next").longValue() != from) {
        from = page.path("next").longValue();
        page.path("items")
            .forEach(one ->
                sent.add(new String(one.path("line").binaryValue(), StandardCharsets.UTF_8)));
        page = collected(source, from, 2, 500_000, "[\"*\"]");
      }
      String whole = new String(send("?source=" + source).body(), StandardCharsets.UTF_8);
      assertThat(sent).as(source).isEqualTo(whole.lines().toList());
      assertThat(page.path("end").longValue()).isEqualTo(from - 1);
    }
  }

  @Test
  void aPageForACollectorHasTheTypesThatAreAskedForAndIsOfBoundedSize() {
    publishSome(3);

    JsonNode keys = collected("ledger", 0, 4, 500_000, "[\"key.created\"]");

    assertThat(keys.path("items").valueStream().map(one -> one.path("position").longValue()))
        .containsExactly(2L, 3L);
    assertThat(keys.path("items").get(0).path("severity").intValue()).isEqualTo(1);
    assertThat(keys.path("next").longValue()).isEqualTo(4);
    JsonNode small = collected("ledger", 0, 100, 1, "[\"key.created\"]");
    assertThat(small.path("items")).hasSize(1);
    assertThat(small.path("next").longValue()).isEqualTo(3);
    JsonNode none = collected("ledger", 0, 2, 500_000, "[\"key.revoked\"]");
    assertThat(none.path("items")).isEmpty();
    assertThat(none.path("next").longValue()).isEqualTo(2);
    assertThat(collected("activity", 0, 0, 0, "[]").path("end").longValue()).isEqualTo(-1);
  }

  @Test
  void nobodyElseIsToldWhatCollectorsAreSentAndWhatIsNoPageIsRefused() {
    publishSome(0);
    for (ServicePair pair : ServicePair.values()) {
      int due = pair == ServicePair.DELIVERY_TO_QUERY ? 200 : 401;
      assertThat(ask(pair, "ledger", 0, 1, 1, "[]").status()).as("%s", pair).isEqualTo(due);
    }
    ServicePair own = ServicePair.DELIVERY_TO_QUERY;
    assertThat(ask(own, "ledger", -1, 1, 1, "[]").status()).isEqualTo(422);
    assertThat(ask(own, "ledger", 0, 501, 1, "[]").status()).isEqualTo(422);
    assertThat(ask(own, "ledger", 0, 1, 1_000_000, "[]").status()).isEqualTo(422);
    assertThat(ask(own, "ledger", 0, 1, 1, "null").status()).isEqualTo(422);
  }

  private QueryServiceUnderTest.Answer ask(
      ServicePair pair, String source, long from, int limit, int bytes, String patterns) {
    return service.postAs(
        new InternalTokens(service.serverKeys, replica.clock).make(pair),
        "/internal/v1/events/collected",
        "{\"organization\":\"%s\",\"source\":\"%s\",\"from\":%d,\"limit\":%d,\"bytes\":%d,\"patterns\":%s}"
            .formatted(stream.id, source, from, limit, bytes, patterns));
  }

  private JsonNode collected(String source, long from, int limit, int bytes, String patterns) {
    QueryServiceUnderTest.Answer answer =
        ask(ServicePair.DELIVERY_TO_QUERY, source, from, limit, bytes, patterns);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body();
  }

  private void publishSome(int keys) {
    var events = new ArrayList<LedgerEvent>();
    events.add(stream.registered());
    events.add(
        stream.next(
            new MemberAdded(annHere, ann, tokens.seal(ann, "ann@example.org"), Role.OWNER, T)));
    var actor = new Actor(Actor.Kind.MEMBER, ann, annHere, session);
    var origin =
        new Origin(
            "r",
            tokens.seal(ann, "192.0.2.7"),
            null,
            tokens.seal(ann, "curl/9"),
            EventCause.command("create_key"));
    for (int i = 0; i < keys; i++) {
      KeyId one = i == 0 ? key : TestLedger.newKey();
      events.add(stream.next(TestLedger.created(one, "schlüssel " + i), actor, origin));
    }
    ledger.publish(events);
    service.awaitApplied(stream);
  }

  private List<Activity> everyKind() {
    var all = new ArrayList<Activity>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.RECORD_ACKNOWLEDGED) {
        all.add(activity(kind, T.plusSeconds(all.size())));
      }
    }
    return all;
  }

  private Activity activity(Kind kind, Instant at) {
    if (kind == Kind.COMMAND_DENIED) {
      return denied(at);
    }
    boolean ofKey = kind.name().startsWith("KEY_");
    return new Activity(
        EventId.of(UuidCreator.getTimeOrderedEpoch()),
        kind,
        stream.id,
        ofKey ? null : ann,
        ofKey ? null : session,
        "some_code",
        at,
        ofKey ? key : null,
        ofKey ? 7L : null);
  }

  private Activity denied(Instant at) {
    return new Activity(
        EventId.of(UuidCreator.getTimeOrderedEpoch()),
        Kind.COMMAND_DENIED,
        stream.id,
        ann,
        session,
        "forbidden",
        at,
        null,
        3L,
        Activity.By.MEMBER,
        key,
        null,
        "revokeKey",
        "api_keys.revoke");
  }

  private static long next(String lines) {
    Matcher sequence =
        SEQUENCE.matcher(lines.substring(lines.lastIndexOf('\n', lines.length() - 2) + 1));
    return sequence.find() ? Long.parseLong(sequence.group(1)) + 1 : 0;
  }

  private static void assertGood(JsonNode event, String log) {
    assertThat(OcsfSchema.faults(event)).as(event.toString()).isEmpty();
    assertThat(event.at("/metadata/log_name").stringValue()).isEqualTo(log);
  }

  private List<JsonNode> events(String query) {
    return new String(send(query).body(), StandardCharsets.UTF_8)
        .lines()
        .map(EventCodec.mapper()::readTree)
        .toList();
  }

  /** So many bytes of the answer, whose connection is then cut. */
  private byte[] beginning(String query, int bytes) throws IOException {
    HttpResponse<InputStream> answer = service.stream(auditor, path + query, OCSF);
    try (InputStream body = answer.body()) {
      return body.readNBytes(bytes);
    }
  }

  private HttpResponse<byte[]> send(String query) {
    return service.send(auditor, path + query, OCSF);
  }

  private void awaitStored(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(
                    service.rows(
                        "select 1 from activity where organization = '" + stream.id.uuid() + "'"))
                .hasSize(count));
  }
}
