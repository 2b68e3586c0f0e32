package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportReport.Fault.Kind;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.ExportVerifier;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.log.ExportTurns;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A history is exported whole, and whatever is done to the file, or to the rows, shows offline. */
@ExtendWith(SharedReplica.Resolver.class)
class ExportTest {
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String organization = "/v1/organizations/" + stream.id;

  ExportTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void everyEventIsInItAndItIsFoundWhole() throws IOException {
    publish(2_345);
    List<String> lines = export("");
    assertThat(lines).hasSize(2_346);
    JsonNode header = json(lines.getFirst());
    assertThat(header.path("to_position").longValue()).isEqualTo(2_345);
    assertThat(header.path("organization").stringValue()).isEqualTo(stream.id.value());
    ExportReport report = verify(lines);
    assertThat(report.faults()).isEmpty();
    assertThat(report.events()).isEqualTo(2_345);
  }

  @Test
  void personalDataIsOpenedBesideTheRecordThatKeepsItSealed() throws IOException {
    var present = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var erased = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    LedgerEvent registered = stream.registered();
    LedgerEvent ofPresent = added(present);
    LedgerEvent ofErased = added(erased);
    tokens.erase(erased);
    ledger.publish(registered, ofPresent, ofErased);
    service.awaitApplied(stream);

    List<String> lines = export("");

    assertThat(json(lines.get(2)).path("opened").toString())
        .isEqualTo(
            "{\"address\":\"192.0.2.7\",\"email\":\"ada@example.org\",\"user_agent\":\"curl/9\"}");
    assertThat(json(lines.get(3)).path("opened").toString())
        .isEqualTo("{\"address\":null,\"email\":null,\"user_agent\":null}");
    assertThat(json(lines.get(2)).path("event").toString())
        .doesNotContain("ada@", "192.0.2.7", "curl");
    assertThat(verify(lines).faults()).isEmpty();
  }

  private LedgerEvent added(PersonId person) {
    var event =
        new MemberAdded(
            MemberId.of(UuidCreator.getTimeOrderedEpoch()),
            person,
            tokens.seal(person, "ada@example.org"),
            Role.OWNER,
            TestLedger.START);
    return stream.next(
        event,
        Actor.SYSTEM,
        new Origin(
            "r", tokens.seal(person, "192.0.2.7"), null, tokens.seal(person, "curl/9"), null));
  }

  @Test
  void anExportThatBrokeOffIsGoneOnWith() throws IOException {
    publish(40);
    List<String> all = new ArrayList<>(export("").subList(0, 18));
    publish(10);
    all.addAll(export("?from_position=17"));
    ExportReport report = verify(all);
    assertThat(report.faults()).isEmpty();
    assertThat(report.events()).isEqualTo(50);

    assertThat(verify(export("?from_position=17")).events()).isEqualTo(33);
    assertThat(verify(export("?from_position=50")).faults()).isEmpty();
    assertThat(service.get(auditor, organization + "/events?from_position=51").code())
        .isEqualTo("unknown_parameter");
    assertThat(send("?from_position=51").statusCode()).isEqualTo(422);
  }

  @Test
  void whateverIsDoneToTheFileIsNamed() throws IOException {
    publish(20);
    List<String> lines = export("");

    assertThat(first(without(lines, 6))).isEqualTo("MISSING 5");
    assertThat(first(lines.subList(0, 15))).isEqualTo("MISSING 14");
    assertThat(first(replaced(lines, 6, "schlüssel 5", "another"))).isEqualTo("CHANGED 5");
    assertThat(first(replaced(lines, 6, "\"position\":5,", "\"position\":6,")))
        .isEqualTo("CHANGED 5");
    assertThat(first(replaced(lines, 6, "\"leaf\":\"", "\"leaf\":\"A"))).isEqualTo("CHANGED 5");
    assertThat(first(swapped(lines, 6, 7))).isEqualTo("OUT_OF_ORDER 5");
    List<String> twice = new ArrayList<>(lines);
    twice.add(8, lines.get(3));
    assertThat(first(twice)).isEqualTo("ADDED 2");
    assertThat(first(replaced(lines, 6, "{", ""))).isEqualTo("UNREADABLE 5");
    assertThat(first(List.of())).isEqualTo("UNREADABLE 0");
    assertThat(first(lines.subList(1, 5))).isEqualTo("UNREADABLE 0");
    assertThat(first(replaced(lines, 0, "\"to_position\":20", "\"to_position\":19")))
        .isEqualTo("OTHER_HISTORY 19");
  }

  @Test
  void aHistoryThatIsToldOtherwiseFitsNoSignature() throws IOException {
    publish(20);
    List<String> lines = export("");
    Stream other = new Stream();
    String forged = json(lines.getFirst()).path("checkpoint").stringValue();
    NoteSigner stranger = NoteSigner.ofLog("localhost:8080" + organization + "/log", new byte[32]);
    Checkpoint told = Checkpoint.parse(SignedNote.parse(forged).text());
    String resigned = told.signedBy(List.of(stranger)).toString();

    assertThat(first(replaced(lines, 0, quoted(forged), quoted(resigned))))
        .isEqualTo("UNSIGNED 20");
    assertThat(
            first(
                replaced(
                    lines, 0, stream.id.value() + "\",\"from", other.id.value() + "\",\"from")))
        .isEqualTo("CHANGED 0");
    ExportTrust witnessed =
        new ExportTrust(
            List.of(key()),
            List.of(),
            List.of(NoteSigner.ofWitness("w", new byte[32]).verifier()),
            1,
            List.of());
    assertThat(verify(lines, witnessed).faults().getFirst().kind()).isEqualTo(Kind.NOT_WITNESSED);
  }

  @Test
  void aCheckpointThatWasKeptTellsWhatWasChangedSince() throws IOException {
    publish(20);
    Checkpoint kept = checkpoint();
    List<String> before = export("");
    publish(5);
    ExportTrust trust = new ExportTrust(List.of(key()), List.of(), List.of(), 0, List.of(kept));
    assertThat(verify(export(""), trust).faults()).isEmpty();

    Checkpoint lied = new Checkpoint(kept.origin(), 12, kept.root());
    assertThat(first(before, lied)).isEqualTo("OTHER_HISTORY 0");
    assertThat(first(before, new Checkpoint(kept.origin(), 30, kept.root())))
        .isEqualTo("OTHER_HISTORY 20");
    assertThat(first(before, new Checkpoint("another", 20, kept.root())))
        .isEqualTo("OTHER_HISTORY 0");
  }

  @Test
  void aRowThatWasChangedBehindThePlatformsBackShowsInTheNextExport() throws IOException {
    publish(20);
    List<String> lines = export("");
    service.update(
        "update events_g%d set record = convert_to(replace(convert_from(record, 'UTF8'), 'schlüssel 5', 'another'), 'UTF8') where organization = '%s' and position = 5"
            .formatted(service.liveGeneration(), stream.id.uuid()));
    assertThat(first(lines)).isEmpty();
    assertThat(first(export(""))).isEqualTo("CHANGED 5");
  }

  @Test
  void rowsThatWereTakenOutOrMovedAreNamed() throws IOException {
    publish(20);
    checkpoint();
    String rows = "events_g%d".formatted(service.liveGeneration());
    String of = " where organization = '%s' and position ".formatted(stream.id.uuid());
    service.update("update " + rows + " set position = -1" + of + "= 7");
    assertThat(first(export(""))).isEqualTo("MISSING 7");
    service.update("update " + rows + " set position = 7" + of + "= 8");
    service.update("update " + rows + " set position = 8" + of + "= -1");
    assertThat(first(export(""))).isEqualTo("CHANGED 7");
    service.update("update " + rows + " set position = -1" + of + "= 7");
    service.update("update " + rows + " set position = 7" + of + "= 8");
    service.update("update " + rows + " set position = 8" + of + "= -1");
    assertThat(first(export(""))).isEmpty();
    service.update("delete from " + rows + of + "= 19");
    assertThat(first(export(""))).isEqualTo("MISSING 19");
  }

  @Test
  void whoRewritesAHistoryWithItsLogIsFoundOutByWhoeverKeptACheckpoint() throws IOException {
    publish(20);
    Checkpoint kept = checkpoint();
    rewrite(5, "schlüssel 5", "another");
    publish(1);

    List<String> rewritten = export("");
    assertThat(first(rewritten)).as("a stranger, who has nothing but the key").isEmpty();
    assertThat(first(rewritten, kept)).isEqualTo("OTHER_HISTORY 0");
    assertThat(
            verify(
                    rewritten,
                    new ExportTrust(List.of(key()), List.of(), List.of(), 0, List.of(kept)))
                .faults()
                .getFirst()
                .text())
        .isEqualTo(
            "between positions 0 and 19 stands another history than the one that was signed");
  }

  /** As somebody does who may write every table and has our code. */
  private void rewrite(int position, String from, String to) throws IOException {
    String rows = "events_g%d".formatted(service.liveGeneration());
    String of = " where organization = '%s'".formatted(stream.id.uuid());
    service.update(
        "update %s set record = convert_to(replace(convert_from(record, 'UTF8'), '%s', '%s'), 'UTF8')%s and position = %d"
            .formatted(rows, from, to, of, position));
    List<List<String>> records =
        service.rows(
            "select convert_from(record, 'UTF8') from " + rows + of + " order by position");
    Frontier log = Frontier.EMPTY;
    for (int i = 0; i < records.size(); i++) {
      byte[] record = records.get(i).getFirst().getBytes(StandardCharsets.UTF_8);
      Hash leaf = Hash.ofLeaf(CanonicalJson.of(record));
      log = log.append(leaf);
      service.update(
          "update %s set leaf = decode('%s', 'hex')%s and position = %d"
              .formatted(rows, HexFormat.of().formatHex(leaf.bytes()), of, i));
    }
    service.update(
        "update positions_g%d set log = decode('%s', 'hex')%s"
            .formatted(service.liveGeneration(), HexFormat.of().formatHex(log.toBytes()), of));
    service.update("delete from log_checkpoints" + of);
    service.update("update platform_log set organization = gen_random_uuid()" + of);
  }

  @Test
  void anOrganisationHasTwoExportsAtOnceAndOthersHaveTheirs() {
    publish(3);
    Stream other = new Stream();
    ledger.publish(other.registered());
    service.awaitApplied(other);
    var turns = service.bean(ExportTurns.class);
    try (ExportTurns.Turn first = turns.take(stream.id)) {
      assertThat(send("").statusCode()).isEqualTo(200);
      try (ExportTurns.Turn second = turns.take(stream.id)) {
        HttpResponse<byte[]> refused = send("");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("10");
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("too_many_exports");
        Caller others = member(other, Set.of(Permissions.AUDIT_READ));
        String path = "/v1/organizations/" + other.id + "/events";
        assertThat(service.send(others, path, "application/x-ndjson").statusCode()).isEqualTo(200);
      }
      assertThat(send("").statusCode()).isEqualTo(200);
    }
    assertThat(send("").statusCode()).isEqualTo(200);
  }

  @Test
  void whatCannotBeWrittenToItsEndIsNoWholeAnswer() {
    publish(2_500);
    checkpoint();
    service.update(
        "update events_g%d set leaf = 'short' where organization = '%s' and position = 2000"
            .formatted(service.liveGeneration(), stream.id.uuid()));

    assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> send(""));
    // Both turns are free again: a third would be refused.
    var turns = service.bean(ExportTurns.class);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          try (ExportTurns.Turn first = turns.take(stream.id);
              ExportTurns.Turn second = turns.take(stream.id)) {
            assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> turns.take(stream.id));
          }
        });
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
    publish(2_500);
    for (int i = 0; i < 3; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
        socket.setSoLinger(true, 0);
        socket
            .getOutputStream()
            .write(
                ("GET %s/events HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\n"
                        + "Authorization: Bearer %s\r\n\r\n")
                    .formatted(organization, service.tokenOf(auditor))
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(send("").statusCode()).isEqualTo(200));
  }

  @Test
  void onlyWhoMayAuditTheOrganisationExportsIt() {
    publish(1);
    String path = organization + "/events";
    assertThat(
            service
                .send(member(stream, Set.of("keys.verify")), path, "application/x-ndjson")
                .statusCode())
        .isEqualTo(403);
    assertThat(service.send(member(new Stream(), ALL), path, "application/x-ndjson").statusCode())
        .isEqualTo(403);
    assertThat(service.send(auditor, path, "text/xml").statusCode()).isEqualTo(406);
    assertThat(service.send(auditor, path + "?key=x", "application/x-ndjson").statusCode())
        .isEqualTo(422);
  }

  private void publish(int count) {
    var more = new ArrayList<LedgerEvent>();
    for (int i = 0; i < count; i++) {
      more.add(
          stream.position() < 0
              ? stream.registered()
              : stream.next(
                  TestLedger.created(TestLedger.newKey(), "schlüssel " + (stream.position() + 1))));
    }
    ledger.publish(more);
    service.awaitApplied(stream);
  }

  private HttpResponse<byte[]> send(String query) {
    return service.send(auditor, organization + "/events" + query, "application/x-ndjson");
  }

  private List<String> export(String query) {
    HttpResponse<byte[]> answer = send(query);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8).lines().toList();
  }

  private Checkpoint checkpoint() {
    byte[] note = service.bytes(auditor, organization + "/log/checkpoint").body();
    return Checkpoint.parse(SignedNote.parse(new String(note, StandardCharsets.UTF_8)).text());
  }

  private NoteVerifier key() {
    return NoteVerifier.parse(
        service.get(auditor, organization + "/log/keys").body().path("keys").path(0).stringValue());
  }

  private String first(List<String> lines) throws IOException {
    return told(verify(lines));
  }

  private String first(List<String> lines, Checkpoint seen) throws IOException {
    return told(
        verify(lines, new ExportTrust(List.of(key()), List.of(), List.of(), 0, List.of(seen))));
  }

  private static String told(ExportReport report) {
    return report.isGood()
        ? ""
        : report.faults().getFirst().kind() + " " + report.faults().getFirst().position();
  }

  private ExportReport verify(List<String> lines) throws IOException {
    return verify(lines, new ExportTrust(List.of(key()), List.of(), List.of(), 0, List.of()));
  }

  private static ExportReport verify(List<String> lines, ExportTrust trust) throws IOException {
    String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    return new ExportVerifier(trust)
        .verify(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> without(List<String> lines, int index) {
    var rest = new ArrayList<>(lines);
    rest.remove(index);
    return rest;
  }

  private static List<String> swapped(List<String> lines, int one, int other) {
    var swapped = new ArrayList<>(lines);
    swapped.set(one, lines.get(other));
    swapped.set(other, lines.get(one));
    return swapped;
  }

  private static List<String> replaced(List<String> lines, int index, String from, String to) {
    var replaced = new ArrayList<>(lines);
    String line = lines.get(index);
    int at = line.indexOf(from);
    assertThat(at).as(from).isNotNegative();
    replaced.set(index, line.substring(0, at) + to + line.substring(at + from.length()));
    return replaced;
  }

  private static String quoted(String text) {
    return EventCodec.mapper().writeValueAsString(text);
  }

  private static JsonNode json(String line) {
    return EventCodec.mapper().readTree(line);
  }
}
