package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Witness;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./keyledger witness}, as a log has it. */
class WitnessTest {
  private static final String ORIGIN = "here/log";
  private static final NoteSigner LOG = NoteSigner.ofLog(ORIGIN, new byte[32]);
  private static final Hash ONE = Hash.ofLeaf(new byte[] {1});
  private static final Hash TWO = Hash.ofLeaf(new byte[] {2});

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private WitnessFolder memory;
  private WitnessServer server;

  @BeforeEach
  void start() throws Exception {
    memory = WitnessFolder.open(folder.resolve("witness"));
    NoteSigner key = memory.key("there/w1");
    Path logs = folder.resolve("logs");
    Files.writeString(logs, LOG.verifier().vkey() + "\n");
    var witness =
        new Witness(key, new VerifierKeys(List.of(logs.toString())), memory, Clock.systemUTC());
    server = new WitnessServer(witness, "127.0.0.1", 0).start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    memory.close();
  }

  @Test
  void itCosignsOverHttpAndGoesOnFromThereAfterARestart() throws Exception {
    HttpResponse<String> first = add(new AddCheckpoint(0, List.of(), checkpoint(1, ONE)));
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(SignedNote.signatureLines(first.body())).hasSize(1);
    stop();
    start();
    HttpResponse<String> conflict = add(new AddCheckpoint(0, List.of(), checkpoint(1, TWO)));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(conflict.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
    assertThat(conflict.body()).isEqualTo("1\n");
    Hash both = Frontier.EMPTY.append(ONE).append(TWO).root();
    HttpResponse<String> second = add(new AddCheckpoint(1, List.of(TWO), checkpoint(2, both)));
    assertThat(second.statusCode()).isEqualTo(200);
    SignedNote kept = SignedNote.parse(Files.readString(memory.of(ORIGIN, "checkpoint")));
    assertThat(Checkpoint.parse(kept.text()).size()).isEqualTo(2);
    assertThat(kept.isSignedBy(memory.key(null).verifier())).isTrue();
  }

  @Test
  void whatTheLogContradictsItselfByIsKept() throws Exception {
    add(new AddCheckpoint(0, List.of(), checkpoint(1, ONE)));
    AddCheckpoint other = new AddCheckpoint(1, List.of(), checkpoint(1, TWO));
    assertThat(add(other).statusCode()).isEqualTo(409);
    AddCheckpoint kept = AddCheckpoint.parse(Files.readString(memory.of(ORIGIN, "refused")));
    assertThat(kept.checkpoint().isSignedBy(LOG.verifier())).isTrue();
    assertThat(Checkpoint.parse(kept.checkpoint().text()).root()).isEqualTo(TWO);
  }

  @Test
  void whatIsNoRequestIsRefusedByItsKind() throws Exception {
    assertThat(send("POST", "/add-checkpoint", "nonsense").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/elsewhere", "").statusCode()).isEqualTo(404);
    HttpResponse<String> read = send("GET", "/add-checkpoint", "");
    assertThat(read.statusCode()).isEqualTo(405);
    assertThat(read.headers().firstValue("Allow")).contains("POST");
    String tooLong = "old 0\n" + "A".repeat(WitnessServer.LONGEST_BODY);
    assertThat(send("POST", "/add-checkpoint", tooLong).statusCode()).isEqualTo(413);
  }

  @Test
  void whoSendsHalfABodyKeepsNobodyElseWaiting() throws Exception {
    try (var half = new Socket("127.0.0.1", server.port())) {
      half.getOutputStream()
          .write(
              "POST /add-checkpoint HTTP/1.1\r\nHost: here\r\nContent-Length: 500\r\n\r\nold 0"
                  .getBytes(StandardCharsets.US_ASCII));
      half.getOutputStream().flush();
      assertThat(add(new AddCheckpoint(0, List.of(), checkpoint(1, ONE))).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void itsKeyIsItsOwnersAloneAndStaysTheSame() throws IOException {
    Path key = folder.resolve("witness/key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(memory.key("there/w1").verifier().vkey())
        .isEqualTo(memory.key(null).verifier().vkey())
        .startsWith("there/w1+");
    assertThatThrownBy(() -> memory.key("elsewhere/w1")).isInstanceOf(Problem.class);
    Files.writeString(key, "PRIVATE+KEY+there/w1+00000000+c2VjcmV0\n");
    assertThatThrownBy(() -> memory.key(null))
        .isInstanceOf(Problem.class)
        .message()
        .doesNotContain("c2VjcmV0");
  }

  @Test
  void twoCanNotHaveOneFolder() {
    assertThatThrownBy(() -> WitnessFolder.open(folder.resolve("witness")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("another witness's");
  }

  @Test
  void aFileWithoutAKeyIsNoTrust() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertThatThrownBy(() -> new VerifierKeys(List.of(empty.toString())))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("has no verifier key");
  }

  private HttpResponse<String> add(AddCheckpoint request) throws Exception {
    return send("POST", AddCheckpoint.PATH, request.text());
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static SignedNote checkpoint(long size, Hash root) {
    return new Checkpoint(ORIGIN, size, root).signedBy(List.of(LOG));
  }
}
