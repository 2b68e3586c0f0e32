package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A history as a table: whole, in parts that fit together, and harmless in a spreadsheet. */
@ExtendWith(SharedReplica.Resolver.class)
class CsvExportTest {
  private static final String NAMES =
      "position,id,type,at,actor_kind,actor_person,actor_member,actor_email,actor_session,address,"
          + "request_id,traceparent,subject_kind,subject_id,before,after,complete,user_agent,cause_kind,"
          + "cause_name,cause_event,cause_position\r\n";

  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String path = "/v1/organizations/" + stream.id + "/events";

  CsvExportTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void everyEventHasALineAndATableThatBrokeOffIsGoneOnWith() {
    var events = new ArrayList<>(List.of(stream.registered()));
    for (int i = 1; i < 2_345; i++) {
      events.add(stream.next(TestLedger.created(TestLedger.newKey(), "schlüssel " + i)));
    }
    publish(events);

    String whole = table("");

    assertThat(whole).startsWith(NAMES).endsWith("\r\n");
    String[] lines = whole.split("\r\n");
    assertThat(lines).hasSize(2_346);
    for (int i = 0; i < 2_345; i++) {
      assertThat(lines[i + 1]).startsWith(i + ",evt_");
    }
    assertThat(lines[8])
        .contains(",key.created,")
        .contains("\"{\"\"name\"\":\"\"schlüssel 7\"\",")
        .endsWith(",true,,,,,");
    for (int from : new int[] {1, 999, 1_000, 1_234, 2_344}) {
      int cut = whole.indexOf("\r\n" + from + ",") + 2;
      assertThat(whole.substring(0, cut) + table("?from_position=" + from)).isEqualTo(whole);
    }
    assertThat(table("?from_position=2345")).isEmpty();
    assertThat(send(auditor, "?from_position=2346").statusCode()).isEqualTo(422);
    assertThat(send(auditor, "?key=x").statusCode()).isEqualTo(422);
    assertThat(send(auditor, "").headers().firstValue("Keyledger-Position")).contains("2344");
  }

  @Test
  void whatASpreadsheetWouldRunHasAnApostropheInFront() {
    var person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    LedgerEvent registered = stream.registered();
    var added =
        new MemberAdded(
            MemberId.of(UuidCreator.getTimeOrderedEpoch()),
            person,
            tokens.seal(person, "=ada@example.org"),
            Role.OWNER,
            TestLedger.START);
    var origin = new Origin("=1+1,\"2\"", tokens.seal(person, "192.0.2.7"), "'quoted");
    publish(List.of(registered, stream.next(added, Actor.SYSTEM, origin)));

    assertThat(table("?from_position=1"))
        .contains(",system,,,,,192.0.2.7,\"'=1+1,\"\"2\"\"\",''quoted,member,")
        .contains("\"{\"\"email\"\":\"\"=ada@example.org\"\"");
  }

  @Test
  void whyThereIsAnEventAndByWhatClientStandBehindTheColumnsOfBefore() {
    var person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var origin = new Origin("r", null, null, tokens.seal(person, "curl/9, or so"), null);
    var asked = origin.because(EventCause.command("create_key"));
    LedgerEvent first = stream.registered();
    var due = Origin.NONE.because(EventCause.reaction("live_enabled", first.id(), 0));
    publish(
        List.of(
            first,
            stream.next(TestLedger.created(TestLedger.newKey(), "a"), Actor.SYSTEM, asked),
            stream.next(TestLedger.created(TestLedger.newKey(), "b"), Actor.SYSTEM, due)));

    assertThat(table("?from_position=1").split("\r\n"))
        .satisfiesExactly(
            line -> assertThat(line).endsWith(",true,\"curl/9, or so\",command,create_key,,"),
            line -> assertThat(line).endsWith(",true,,reaction,live_enabled," + first.id() + ",0"));
  }

  @Test
  void whatIsOfAnErasedPersonIsEmpty() {
    var person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    LedgerEvent registered = stream.registered();
    var added =
        new MemberAdded(
            MemberId.of(UuidCreator.getTimeOrderedEpoch()),
            person,
            tokens.seal(person, "ada@example.org"),
            Role.OWNER,
            TestLedger.START);
    var origin =
        new Origin(
            "r", tokens.seal(person, "192.0.2.7"), null, tokens.seal(person, "curl/9"), null);
    LedgerEvent event = stream.next(added, Actor.SYSTEM, origin);
    tokens.erase(person);
    publish(List.of(registered, event));

    assertThat(table("?from_position=1"))
        .contains(",system,,,,,,r,,member,")
        .doesNotContain("ada@", "192.0.2.7", "curl");
  }

  @Test
  void onlyWhoMayAuditTheOrganisationHasIt() {
    publish(List.of(stream.registered()));
    assertThat(send(member(stream, Set.of("keys.verify")), "").statusCode()).isEqualTo(403);
    assertThat(send(member(new Stream(), ALL), "").statusCode()).isEqualTo(403);
  }

  private void publish(List<LedgerEvent> events) {
    ledger.publish(events);
    service.awaitApplied(stream);
  }

  private String table(String query) {
    HttpResponse<byte[]> answer = send(auditor, query);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv;charset=utf-8");
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> send(Caller caller, String query) {
    return service.send(caller, path + query, "text/csv");
  }
}
