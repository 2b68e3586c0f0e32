package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.ProofVerifier;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** An organisation's log, and the platform's: what is signed and proven of them. */
@ExtendWith(SharedReplica.Resolver.class)
class LogReadsTest {
  /** More than a tile, and no round number. */
  private static final int EVENTS = 600;

  private final TestLedger ledger;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final List<LedgerEvent> events = new ArrayList<>();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String log = "/v1/organizations/" + stream.id + "/log";

  LogReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    service = replica.service;
  }

  @Test
  void theCheckpointIsSignedOverEveryEventThatWasPublished() {
    publish(EVENTS);

    SignedNote note = checkpoint();

    Checkpoint checkpoint = Checkpoint.parse(note.text());
    assertThat(checkpoint.origin()).isEqualTo("localhost:8080" + log);
    assertThat(checkpoint.size()).isEqualTo(EVENTS);
    assertThat(checkpoint.root()).isEqualTo(expected(EVENTS).root());
    assertThat(note.signedBy(key(log + "/keys"))).isPresent();
  }

  @Test
  void everyEventIsProvenToBeInTheLog() {
    publish(EVENTS);
    Checkpoint checkpoint = Checkpoint.parse(checkpoint().text());
    for (int position : List.of(0, 1, 255, 256, 511, 512, EVENTS - 1)) {
      JsonNode proof = ok(log + "/proof?position=" + position);
      Hash leaf = leaf(events.get(position));
      assertThat(proof.path("leaf").stringValue()).isEqualTo(leaf.text());
      assertThat(Proofs.isIncluded(leaf, position, EVENTS, hashes(proof), checkpoint.root()))
          .as("position " + position)
          .isTrue();
      InclusionProof file = InclusionProof.parse(proof.path("tlog_proof").stringValue());
      assertThat(file.isOf(record(events.get(position)))).isTrue();
      assertThat(file.checkpoint().signedBy(key(log + "/keys"))).isPresent();
    }
    JsonNode earlier = ok(log + "/proof?position=3&tree_size=5");
    assertThat(Proofs.isIncluded(leaf(events.get(3)), 3, 5, hashes(earlier), expected(5).root()))
        .isTrue();
    assertThat(earlier.path("tlog_proof").isNull()).isTrue();
  }

  @Test
  void anEventsProofIsAFileThatIsCheckedByItself() {
    publish(EVENTS);
    var answer = service.send(auditor, log + "/proof?position=300&at_least=400", "text/plain");
    String file = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .contains(stream.id + "-300.tlog-proof");
    var trust = new ExportTrust(List.of(key(log + "/keys")), List.of(), List.of(), 0, List.of());
    ExportReport report = new ProofVerifier(trust).verify(file, null);
    assertThat(report.faults()).isEmpty();
    assertThat(report.from()).isEqualTo(300);
    assertThat(InclusionProof.parse(file).isOf(record(events.get(300)))).isTrue();
    assertThat(service.get(auditor, log + "/proof").code()).isEqualTo("invalid_field");
    assertThat(service.get(auditor, log + "/proof?position=1&key=" + TestLedger.newKey()).code())
        .isEqualTo("invalid_field");
    assertThat(service.get(auditor, log + "/proof?key=" + TestLedger.newKey()).code())
        .isEqualTo("event_not_found");
  }

  @Test
  void theLogIsProvenToGoOnFromWhatWasSeenOfIt() {
    publish(EVENTS);
    for (int old : List.of(0, 1, 2, 255, 256, 257, 512, EVENTS)) {
      JsonNode proof = ok(log + "/consistency?old_size=" + old);
      assertThat(
              Proofs.isConsistent(
                  old, expected(old).root(), EVENTS, expected(EVENTS).root(), hashes(proof)))
          .as("from " + old)
          .isTrue();
      assertThat(proof.path("old_root").stringValue()).isEqualTo(expected(old).root().text());
    }
  }

  @Test
  void tilesHaveTheTreesHashes() {
    publish(EVENTS);
    assertThat(tile("0/001")).isEqualTo(leaves(256, 512));
    assertThat(tile("0/002.p/88")).isEqualTo(leaves(512, 600));
    assertThat(tile("1/000.p/2")).isEqualTo(List.of(root(0, 256), root(256, 512)));
    for (String missing :
        List.of(
            "0/002", "0/002.p/89", "1/000", "1/000.p/3", "2/000.p/1", "0/003.p/1", "x", "0/1")) {
      var answer = service.get(auditor, log + "/tile/" + missing);
      assertThat(answer.status()).as(missing).isEqualTo(404);
      assertThat(answer.code()).as(missing).isEqualTo("tile_not_found");
    }
    var tile = service.bytes(auditor, log + "/tile/0/000");
    assertThat(tile.headers().firstValue("Cache-Control"))
        .contains("max-age=31536000, private, immutable");
  }

  @Test
  void thePlatformsLogHasEveryCheckpoint() {
    publish(3);
    String text = checkpoint().text();

    InclusionProof proof =
        InclusionProof.parse(
            new String(
                service.bytes(auditor, log + "/platform-proof").body(), StandardCharsets.UTF_8));

    assertThat(proof.isOf(text.getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(proof.checkpoint().signedBy(key("/v1/log/keys"))).isPresent();
    Checkpoint before = Checkpoint.parse(proof.checkpoint().text());
    publish(3);
    assertThat(Checkpoint.parse(checkpoint().text()).size()).isEqualTo(6);
    Checkpoint after =
        Checkpoint.parse(
            SignedNote.parse(
                    new String(
                        service.bytes(OPERATOR, "/v1/log/checkpoint").body(),
                        StandardCharsets.UTF_8))
                .text());
    JsonNode consistency =
        ok("/v1/log/consistency?old_size=" + before.size() + "&tree_size=" + after.size());
    assertThat(after.size()).isGreaterThan(before.size());
    assertThat(
            Proofs.isConsistent(
                before.size(), before.root(), after.size(), after.root(), hashes(consistency)))
        .isTrue();
  }

  @Test
  void whatTheLogDoesNotHaveIsRefused() {
    publish(2);
    checkpoint();
    assertThat(code(log + "/proof?position=2")).isEqualTo("event_not_found");
    assertThat(code(log + "/proof?position=1&tree_size=1")).isEqualTo("event_not_found");
    assertThat(code(log + "/proof?position=0&tree_size=3")).isEqualTo("invalid_field");
    assertThat(code(log + "/proof?position=-1")).isEqualTo("invalid_field");
    assertThat(code(log + "/proof")).isEqualTo("invalid_field");
    assertThat(code(log + "/consistency?old_size=3")).isEqualTo("invalid_field");
    assertThat(code(log + "/consistency?old_size=2&tree_size=1")).isEqualTo("invalid_field");
    assertThat(code(log + "/checkpoint?size=1")).isEqualTo("unknown_parameter");
  }

  @Test
  void onlyWhoMayAuditTheOrganisationSeesItsLog() {
    publish(2);
    Caller employee = member(stream, Set.of("keys.verify"));
    Caller stranger = member(new Stream(), ALL);
    for (String path :
        List.of(
            "/checkpoint",
            "/tile/0/000.p/2",
            "/proof?position=0",
            "/consistency?old_size=1",
            "/keys",
            "/platform-proof")) {
      assertThat(service.get(employee, log + path).code()).as(path).isEqualTo("forbidden");
      assertThat(service.get(stranger, log + path).code()).as(path).isEqualTo("forbidden");
    }
  }

  @Test
  void historyThatWasChangedBehindThePlatformsBackIsSignedNoMore() {
    publish(3);
    checkpoint();
    service.update(
        "update events_g%d set leaf = sha256('another') where organization = '%s' and position = 1"
            .formatted(service.liveGeneration(), stream.id.uuid()));
    publish(1);

    assertThat(code(log + "/checkpoint?at_least=3")).isEqualTo("log_inconsistent");
  }

  @Test
  void whatWasSignedIsKnownFromThePlatformsLogToo() {
    publish(3);
    checkpoint();
    String of = " where organization = '" + stream.id.uuid() + "'";
    service.update(
        "update events_g%d set leaf = sha256('another')".formatted(service.liveGeneration())
            + of
            + " and position = 1");
    service.update("delete from log_checkpoints" + of);

    assertThat(code(log + "/checkpoint")).isEqualTo("log_inconsistent");
    publish(1);
    assertThat(code(log + "/checkpoint?at_least=3")).isEqualTo("log_inconsistent");
  }

  @Test
  void whatIsNoLogAnyMoreStopsNoOtherOrganisationsSigning() {
    for (String no : List.of("''", "'\\x00'", "sha256('x') || sha256('y')")) {
      var other = new Stream();
      ledger.publish(List.of(other.registered()));
      service.awaitApplied(other);
      service.update(
          "update positions_g%d set log = %s where organization = '%s'"
              .formatted(service.liveGeneration(), no, other.id.uuid()));
      service.update("delete from log_checkpoints where organization = '" + other.id.uuid() + "'");
    }
    publish(3);

    // By the rounds, of all that are due, not by being asked for.
    await()
        .untilAsserted(() ->
            assertThat(
                    service.rows(
                        "select size from log_checkpoints where organization = '%s'"
                            .formatted(stream.id.uuid())))
                .isEqualTo(List.of(List.of("3"))));
  }

  @Test
  void aHashThatWasTakenAwayIsNoFaultOfTheRequest() {
    publish(3);
    checkpoint();
    service.update(
        "update events_g%d set leaf = null where organization = '%s' and position = 1"
            .formatted(service.liveGeneration(), stream.id.uuid()));

    assertThat(code(log + "/proof?position=0")).isEqualTo("log_inconsistent");
    assertThat(code(log + "/tile/0/000.p/3")).isEqualTo("log_inconsistent");
    assertThat(code(log + "/consistency?old_size=2")).isEqualTo("log_inconsistent");
  }

  private void publish(int count) {
    var more = new ArrayList<LedgerEvent>();
    for (int i = 0; i < count; i++) {
      more.add(
          events.isEmpty() && i == 0
              ? stream.registered()
              : stream.next(TestLedger.created(TestLedger.newKey(), "schlüssel " + i)));
    }
    ledger.publish(more);
    events.addAll(more);
    service.awaitApplied(stream);
  }

  private SignedNote checkpoint() {
    return SignedNote.parse(
        new String(
            service.bytes(auditor, log + "/checkpoint?at_least=" + stream.position()).body(),
            StandardCharsets.UTF_8));
  }

  private NoteVerifier key(String path) {
    return NoteVerifier.parse(ok(path).path("keys").path(0).stringValue());
  }

  private JsonNode ok(String path) {
    var answer = service.get(auditor, path);
    assertThat(answer.status()).as(path + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String code(String path) {
    return service.get(auditor, path).code();
  }

  private List<Hash> tile(String path) {
    byte[] bytes = service.bytes(auditor, log + "/tile/" + path).body();
    var hashes = new ArrayList<Hash>();
    for (int at = 0; at < bytes.length; at += Hash.LENGTH) {
      hashes.add(new Hash(Arrays.copyOfRange(bytes, at, at + Hash.LENGTH)));
    }
    return hashes;
  }

  private Frontier expected(int size) {
    return grown(0, size);
  }

  private Hash root(int from, int to) {
    return grown(from, to).root();
  }

  private Frontier grown(int from, int to) {
    Frontier tree = Frontier.EMPTY;
    for (Hash leaf : leaves(from, to)) {
      tree = tree.append(leaf);
    }
    return tree;
  }

  private List<Hash> leaves(int from, int to) {
    return events.subList(from, to).stream().map(LogReadsTest::leaf).toList();
  }

  private static Hash leaf(LedgerEvent event) {
    return Hash.ofLeaf(record(event));
  }

  private static byte[] record(LedgerEvent event) {
    return CanonicalJson.of(EventCodec.encode(event.withoutVerifiers()));
  }

  private static List<Hash> hashes(JsonNode proof) {
    return proof.path("hashes").valueStream().map(hash -> Hash.parse(hash.stringValue())).toList();
  }
}
