package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyledger.client.Caller;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Witness;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Witnesses of the logs, each behind HTTP, and what is given where they are required. */
class WitnessesTest {
  private final Servers servers = Servers.forTests();
  // Of its own: replicas of one platform share the partitions of a topic.
  private final Servers.Broker broker = servers.freshBroker();
  private final TestLedger ledger = new TestLedger(broker.bootstrapServers());
  private final MovableClock clock = new MovableClock(TestLedger.START);
  private final TestServerKeys serverKeys = new TestServerKeys();
  private final Stream stream = new Stream();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String log = "/v1/organizations/" + stream.id + "/log";
  private final List<Remote> remotes = new ArrayList<>();
  private QueryServiceUnderTest service;

  /** One on a machine of its own. */
  private final class Remote implements Witness.Memory {
    private final Map<String, SignedNote> newest = new ConcurrentHashMap<>();
    private final List<AddCheckpoint> refused = new ArrayList<>();
    private final NoteSigner key;
    private final Witness witness;
    private final HttpServer server;
    private volatile boolean answers = true;

    Remote(String name, int seed) throws IOException {
      var bytes = new byte[32];
      bytes[0] = (byte) seed;
      key = NoteSigner.ofWitness(name, bytes);
      witness = new Witness(key, WitnessesTest.this::logs, this, clock);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
      server.createContext(AddCheckpoint.PATH, this::handle);
      server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Witness.Answer answer =
          answers ? witness.add(body) : new Witness.Answer(500, null, "out of order");
      byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), text.length);
      exchange.getResponseBody().write(text);
      exchange.close();
    }

    NoteVerifier verifier() {
      return key.verifier();
    }

    @Override
    public Optional<SignedNote> newest(String origin) {
      return Optional.ofNullable(newest.get(origin));
    }

    @Override
    public void keep(String origin, SignedNote cosigned) {
      newest.put(origin, cosigned);
    }

    @Override
    public void keepRefused(String origin, AddCheckpoint request) {
      refused.add(request);
    }
  }

  private List<NoteVerifier> logs() {
    byte[] seed = Arrays.copyOf(serverKeys.get().current(Purpose.CHECKPOINTS).revealMaterial(), 32);
    return List.of(
        NoteSigner.ofLog("localhost:8080/v1/log", seed).verifier(),
        NoteSigner.ofLog("localhost:8080" + log, seed).verifier());
  }

  private void start(int witnesses, int required) throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("keyledger.server-keys.json", serverKeys.json());
    settings.put("keyledger.log.required-witnesses", required);
    for (int i = 0; i < witnesses; i++) {
      var remote = new Remote("witness.example/" + i, i);
      remotes.add(remote);
      String prefix = "keyledger.log.witnesses[" + i + "].";
      settings.put(prefix + "key", remote.verifier().vkey());
      settings.put(prefix + "url", "http://localhost:" + remote.server.getAddress().getPort());
    }
    service =
        new QueryServiceUnderTest(
            servers.freshDatabase(), broker.bootstrapServers(), clock, settings);
    ledger.publish(List.of(stream.registered()));
    service.awaitApplied(stream);
  }

  @AfterEach
  void stop() {
    service.close();
    remotes.forEach(remote -> remote.server.stop(0));
    ledger.close();
    broker.close();
  }

  @Test
  void aCheckpointIsGivenOnceAllThatAreRequiredHaveCosignedIt() throws IOException {
    start(2, 2);
    for (int i = 0; i < 3; i++) {
      SignedNote note = checkpoint(log + "/checkpoint?at_least=" + stream.position());
      assertThat(Checkpoint.parse(note.text()).size()).isEqualTo(stream.position() + 1);
      for (Remote remote : remotes) {
        assertThat(note.signedBy(remote.verifier())).isPresent();
      }
      publishOne();
    }
    SignedNote platform = checkpoint("/v1/log/checkpoint");
    assertThat(platform.isSignedBy(remotes.getFirst().verifier())).isTrue();
    assertThat(platform.isSignedBy(remotes.getLast().verifier())).isTrue();
  }

  @Test
  void oneOfThreeThatDoesNotAnswerKeepsNobodyWaitingWhereTwoAreRequired() throws IOException {
    start(3, 2);
    remotes.getFirst().answers = false;
    publishOne();
    SignedNote note = checkpoint(log + "/checkpoint?at_least=" + stream.position());
    assertThat(remotes.stream().filter(remote -> note.isSignedBy(remote.verifier()))).hasSize(2);
  }

  @Test
  void withFewerThanRequiredNothingIsGivenUntilTheyAreBack() throws IOException {
    start(2, 2);
    checkpoint(log + "/checkpoint");
    remotes.getLast().server.stop(0);
    publishOne();
    var answer = service.get(auditor, log + "/checkpoint?at_least=" + stream.position());
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("not_witnessed");
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  @Test
  void aHistoryThatWasRewrittenWithItsLogIsNoLongerCosigned() throws IOException {
    start(1, 0);
    publishOne();
    await().until(() -> cosigned(remotes.getFirst()) == 2);
    // With all that this platform keeps of what it signed: only who is elsewhere can know.
    String of = " where organization = '" + stream.id.uuid() + "'";
    service.update(
        "update events_g%d set leaf = sha256('other')".formatted(service.liveGeneration())
            + of
            + " and position = 0");
    service.update(
        ("update positions_g%d set log = (select sha256('\\x01'::bytea || a.leaf || b.leaf)"
                    .formatted(service.liveGeneration())
                + " from events_g%1$d a, events_g%1$d b where a.organization = '%2$s' and a.position = 0"
                    .formatted(service.liveGeneration(), stream.id.uuid())
                + " and b.organization = a.organization and b.position = 1)")
            + of);
    service.update("delete from log_checkpoints" + of);
    service.update("delete from platform_log" + of);
    publishOne();

    await().until(() -> !remotes.getFirst().refused.isEmpty());
    assertThat(cosigned(remotes.getFirst())).isEqualTo(2);
    MeterRegistry meters = service.context().getBean(MeterRegistry.class);
    await().until(() -> meters.get("keyledger.log.witness.refusals").gauge().value() > 0);
  }

  private long cosigned(Remote remote) {
    return remote
        .newest("localhost:8080" + log)
        .map(note -> Checkpoint.parse(note.text()).size())
        .orElse(0L);
  }

  private void publishOne() {
    ledger.publish(List.of(stream.next(TestLedger.created(TestLedger.newKey(), "another"))));
    service.awaitApplied(stream);
    clock.advance(Duration.ofMinutes(1));
  }

  private SignedNote checkpoint(String path) {
    var answer = service.bytes(auditor, path);
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return SignedNote.parse(new String(answer.body(), StandardCharsets.UTF_8));
  }
}
