package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Subtrees;
import dev.keyledger.kit.log.Witness;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An organisation's own witness, and a platform that it fetches from. */
class WitnessFollowerTest {
  private static final String PATH =
      "/v1/organizations/org_01890a5d-ac96-774b-bcce-b302099a8001/log";
  private static final NoteSigner LOG = NoteSigner.ofLog("here" + PATH, new byte[32]);

  @TempDir private Path folder;
  private final List<SignedNote> brought = new ArrayList<>();
  private final List<String> credentials = new ArrayList<>();
  private final StringWriter said = new StringWriter();
  private HttpServer platform;
  private WitnessFolder memory;
  private WitnessFollower follower;
  private NoteSigner key;
  private long size = 3;
  private int history;
  private int status = 200;
  private @Nullable String proof;

  @BeforeEach
  void start() throws IOException {
    platform = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    platform.createContext(
        "/",
        exchange -> {
          credentials.add(exchange.getRequestHeaders().getFirst("X-Api-Key"));
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] answer = answer(exchange.getRequestURI(), body).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    platform.start();
    memory = WitnessFolder.open(folder);
    key = memory.key("own.example/1");
    var witness = new Witness(key, () -> List.of(LOG.verifier()), memory, Clock.systemUTC());
    follower =
        new WitnessFollower(
            HttpClient.newHttpClient(),
            URI.create("http://localhost:" + platform.getAddress().getPort()),
            PlatformToken.header(Map.of("KEYLEDGER_KEY", "k", "KEYLEDGER_TOKEN", "t")),
            () -> List.of(LOG.verifier()),
            witness,
            memory,
            key.verifier(),
            new PrintWriter(said, true));
  }

  @AfterEach
  void stop() throws IOException {
    platform.stop(0);
    memory.close();
  }

  @Test
  void itBringsWhatItCosignedAndGoesOnFromThere() throws InterruptedException {
    follower.round();
    size = 7;
    follower.round();
    assertThat(brought).hasSize(2);
    for (SignedNote note : brought) {
      assertThat(note.isSignedBy(key.verifier())).isTrue();
    }
    assertThat(Checkpoint.parse(brought.getLast().text()).size()).isEqualTo(7);
    assertThat(credentials).containsOnly("k");
    assertThat(said.toString()).contains("cosigned: here" + PATH + ", 7 entries");
  }

  @Test
  void itBringsNothingOfAHistoryThatWasRewritten() throws InterruptedException {
    follower.round();
    history = 1;
    size = 7;
    follower.round();
    follower.round();
    assertThat(brought).hasSize(1);
    assertThat(said.toString()).containsOnlyOnce("NOT cosigned").contains("isn't proven to go on");
  }

  @Test
  void aPlatformThatRefusesIsToldOnceAndAskedAgain() throws InterruptedException {
    status = 503;
    follower.round();
    follower.round();
    assertThat(said.toString()).containsOnlyOnce("the platform answered 503");
    status = 200;
    follower.round();
    assertThat(brought).hasSize(1);
  }

  @Test
  void whateverThePlatformAnswersTheWitnessGoesOn() throws InterruptedException {
    follower.round();
    size = 7;
    for (String nonsense : List.of("no JSON", "{\"hashes\":[\"x\"]}", "[]", "{")) {
      proof = nonsense;
      follower.round();
    }
    assertThat(brought).hasSize(1);
    assertThat(said.toString()).contains("the platform's answer can't be read");
    proof = null;
    follower.round();
    assertThat(brought).hasSize(2);
  }

  private String answer(URI uri, String body) {
    if (proof != null && uri.getPath().equals(PATH + "/consistency")) {
      return proof;
    }
    if (uri.getPath().equals(PATH + "/offered-checkpoint")) {
      return new Checkpoint("here" + PATH, size, tree(0, size).root())
          .signedBy(List.of(LOG))
          .toString();
    }
    if (uri.getPath().equals(PATH + "/consistency")) {
      Subtrees tree = (height, at) -> tree(at << height, (at + 1) << height).root();
      return EventCodec.mapper()
          .writeValueAsString(
              Map.of(
                  "hashes", Proofs.consistency(3, size, tree).stream().map(Hash::text).toList()));
    }
    if (status == 200 && uri.getPath().equals("/v1/log/cosignatures")) {
      JsonNode note = EventCodec.mapper().readTree(body);
      brought.add(
          SignedNote.parse(lines(note.path("checkpoint")) + "\n" + lines(note.path("signatures"))));
    }
    return "";
  }

  private static String lines(JsonNode lines) {
    return lines.valueStream().map(line -> line.asString("") + "\n").collect(Collectors.joining());
  }

  private Frontier tree(long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(at -> Hash.ofLeaf(new byte[] {(byte) at, (byte) history}))
        .reduce(Frontier.EMPTY, Frontier::append, (left, right) -> right);
  }
}
