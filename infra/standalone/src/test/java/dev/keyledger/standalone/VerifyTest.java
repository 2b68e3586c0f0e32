package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportHeader;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Subtrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code export} and {@code verify}, as somebody at a terminal has them. */
class VerifyTest {
  private static final String ORGANIZATION = "org_01890a5d-ac96-774b-bcce-b302099a8001";
  private static final String LOG_NAME = "here/v1/organizations/" + ORGANIZATION + "/log";
  private static final NoteSigner LOG = NoteSigner.ofLog(LOG_NAME, seed(1));
  private static final NoteSigner WITNESS = NoteSigner.ofWitness("there", seed(2));
  private static final String KEY = LOG.verifier().vkey();

  @TempDir private Path folder;
  private String said = "";

  @Test
  void aWholeHistoryIsFoundWhole() throws IOException {
    Path export = written("export", exported(0, 5));
    assertThat(verify(export, "--key", KEY)).isZero();
    assertThat(said).contains("5 events, positions 0 to 4, whole, unaltered and in order");
    assertThat(verify(export, "--key", written("key", KEY + "\n").toString())).isZero();
    assertThat(verify(written("one", exported(0, 2)), "--key", KEY)).isZero();
  }

  @Test
  void partsAreCheckedAsOne() throws IOException {
    Path first = written("first", exported(0, 3));
    Path second = written("second", exported(3, 5));
    assertThat(run("verify", first.toString(), second.toString(), "--key", KEY)).isZero();
    assertThat(said).contains("5 events");
    assertThat(run("verify", second.toString(), first.toString(), "--key", KEY)).isOne();
    assertThat(verify(second, "--key", KEY)).isZero();
    assertThat(said).contains("2 events, positions 3 to 4");
  }

  @Test
  void anAlteredOneIsNamedByItsFirstFault() throws IOException {
    Path export = written("export", exported(0, 5).replace("name 2", "name X"));
    assertThat(verify(export, "--key", KEY)).isOne();
    assertThat(said).contains("CHANGED: the event at position 2 was changed");
  }

  @Test
  void withoutAKeyNobodysWordIsChecked() throws IOException {
    Path export = written("export", exported(0, 5));
    assertThat(verify(export)).isOne();
    assertThat(said).contains("--key").contains("--unsigned");
    assertThat(verify(export, "--unsigned")).isZero();
    assertThat(said).contains("NOT checked");
    assertThat(verify(export, "--key", NoteSigner.ofLog(LOG_NAME, seed(3)).verifier().vkey()))
        .isOne();
    assertThat(said).contains("UNSIGNED");
    assertThat(verify(export, "--key", "nonsense")).isOne();
  }

  @Test
  void aWitnessHasToHaveSigned() throws IOException {
    String vkey = WITNESS.verifier().vkey();
    Path without = written("without", exported(0, 5));
    assertThat(verify(without, "--key", KEY, "--witness", vkey)).isOne();
    assertThat(said).contains("NOT_WITNESSED");
    SignedNote note = note(5);
    SignedNote seen =
        note.with(SignedNote.signatureLines(WITNESS.sign(note.text(), Instant.EPOCH)));
    Path with = written("with", exported(0, 5, seen));
    assertThat(verify(with, "--key", KEY, "--witness", vkey)).isZero();
    assertThat(verify(with, "--key", KEY, "--witness", vkey, "--witnesses", "2")).isOne();
  }

  @Test
  void aKeptCheckpointHasToBeGoneOnFrom() throws IOException {
    Path kept = written("kept", note(3).toString());
    assertThat(
            verify(
                written("export", exported(0, 5)), "--key", KEY, "--checkpoint", kept.toString()))
        .isZero();
    Path other =
        written(
            "other", new Checkpoint(LOG_NAME, 3, tree(4).root()).signedBy(List.of(LOG)).toString());
    assertThat(
            verify(
                written("export", exported(0, 5)), "--key", KEY, "--checkpoint", other.toString()))
        .isOne();
    assertThat(said).contains("between positions 0 and 2 stands another history");
  }

  @Test
  void thePlatformsLogHasToHaveTheCheckpoint() throws IOException {
    NoteSigner platform = NoteSigner.ofLog("here/platform", seed(4));
    String vkey = platform.verifier().vkey();
    String entry = note(5).text();
    Path shown = written("shown", exported(0, 5, note(5), inPlatformsLog(entry, platform)));
    assertThat(verify(shown, "--key", KEY, "--platform-key", vkey)).isZero();
    assertThat(said).contains("The platform's log has it.");
    String others = NoteSigner.ofLog("here/platform", seed(5)).verifier().vkey();
    assertThat(verify(shown, "--key", KEY, "--platform-key", others)).isOne();
    for (String other : List.of("", inPlatformsLog(note(4).text(), platform))) {
      Path hidden = written("hidden", exported(0, 5, note(5), other));
      assertThat(verify(hidden, "--key", KEY, "--platform-key", vkey)).isOne();
      assertThat(said).contains("NOT_IN_PLATFORM_LOG");
    }
  }

  @Test
  void oneEventIsCheckedByItsProof() throws IOException {
    Path proof = written("proof", proof(3).carrying(bytes(record(3))).text());
    assertThat(run("verify", "--proof", proof.toString(), "--key", KEY)).isZero();
    assertThat(said)
        .contains(ORGANIZATION + ": this is the event at position 3.")
        .contains("name 3")
        .contains("Signed by the log's key");
    String without = written("without", proof(3).text()).toString();
    assertThat(run("verify", "--proof", without, "--key", KEY)).isOne();
    assertThat(said).contains("UNREADABLE");
    String line = exported(3, 4).lines().skip(1).findFirst().orElseThrow();
    for (String event : List.of(record(3), line)) {
      String file = written("event", event).toString();
      assertThat(run("verify", "--proof", without, "--event", file, "--key", KEY)).isZero();
    }
    for (String event : List.of(record(2), record(3).replace("name 3", "name X"))) {
      String file = written("event", event).toString();
      assertThat(run("verify", "--proof", without, "--event", file, "--key", KEY)).isOne();
      assertThat(said).contains("CHANGED: this is not the event that the log has at position 3");
    }
  }

  @Test
  void whatIsChangedInAProofIsFound() throws IOException {
    String text = proof(3).carrying(bytes(record(3))).text();
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '\n') {
        continue;
      }
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      Path changed = written("changed", text.substring(0, at) + other + text.substring(at + 1));
      assertThat(run("verify", "--proof", changed.toString(), "--key", KEY))
          .as("at %d of %s", at, text)
          .isOne();
    }
  }

  @Test
  void aProofIsNobodysWordWithoutAKeyAndAWitness() throws IOException {
    Path proof = written("proof", proof(3).carrying(bytes(record(3))).text());
    String other = NoteSigner.ofLog(LOG_NAME, seed(3)).verifier().vkey();
    assertThat(run("verify", "--proof", proof.toString(), "--key", other)).isOne();
    assertThat(said).contains("UNSIGNED");
    String witness = WITNESS.verifier().vkey();
    assertThat(run("verify", "--proof", proof.toString(), "--key", KEY, "--witness", witness))
        .isOne();
    assertThat(said).contains("NOT_WITNESSED");
    assertThat(run("verify", "--proof", proof.toString(), proof.toString(), "--key", KEY)).isOne();
  }

  @Test
  void anExportThatBrokeOffIsGoneOnWith() throws IOException {
    var asked = new ArrayList<String>();
    String whole = exported(0, 5);
    int broken = whole.indexOf("name 3");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/organizations/acme/events",
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          asked.add(query + " " + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer =
              (query.equals("from_position=0") ? whole.substring(0, broken) : exported(3, 5))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      Path file = folder.resolve("history");
      String url = "http://localhost:" + server.getAddress().getPort();
      assertThat(run("export", "acme", file.toString(), "--url", url)).isZero();
      assertThat(said).contains("to 2.");
      assertThat(run("export", "acme", file.toString(), "--url", url)).isZero();
      assertThat(said).contains("from position 3 to 4.");
      assertThat(asked).containsExactly("from_position=0 Bearer t", "from_position=3 Bearer t");
      assertThat(verify(file, "--key", KEY)).isZero();
      assertThat(said).contains("5 events");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aFileThatIsNoExportIsLeftAsItIs() throws IOException {
    Path file = written("letter", "Dear auditor,\nyours");
    assertThat(run("export", "acme", file.toString())).isOne();
    assertThat(Files.readString(file)).isEqualTo("Dear auditor,\nyours");
  }

  private int verify(Path export, String... options) {
    var arguments = new ArrayList<>(List.of("verify", export.toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    var out = new StringWriter();
    var export = new Export();
    export.useEnvironment(Map.of("KEYLEDGER_TOKEN", "t"));
    var command =
        new CommandLine(arguments[0].equals("export") ? export : new Verify())
            .setExecutionExceptionHandler(Main::explain);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
    int status = command.execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    said = out.toString();
    return status;
  }

  private Path written(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String exported(long from, long to) {
    return exported(from, to, note(to));
  }

  private static InclusionProof proof(long index) {
    Subtrees leaves = (height, at) -> tree(at << height, (at + 1) << height).root();
    return new InclusionProof(index, Proofs.inclusion(index, 5, leaves), note(5));
  }

  private static Frontier tree(long from, long to) {
    Frontier tree = Frontier.EMPTY;
    for (long position = from; position < to; position++) {
      tree = tree.append(leaf(position));
    }
    return tree;
  }

  private static String inPlatformsLog(String checkpoint, NoteSigner platform) {
    Hash root = Hash.ofLeaf(bytes(checkpoint));
    SignedNote head = new Checkpoint("here/platform", 1, root).signedBy(List.of(platform));
    return new InclusionProof(0, List.of(), head).text();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String exported(long from, long to, SignedNote note) {
    return exported(from, to, note, "");
  }

  private static String exported(long from, long to, SignedNote note, String platformProof) {
    Frontier before = tree(from);
    var header =
        new ExportHeader(
            ExportHeader.FORMAT,
            ORGANIZATION,
            from,
            to,
            before.hashes().stream().map(Hash::text).toList(),
            note.toString(),
            platformProof);
    var lines = new StringBuilder(new String(EventCodec.encode(header), StandardCharsets.UTF_8));
    lines.append('\n');
    for (long position = from; position < to; position++) {
      String record = record(position);
      lines.append(
          "{\"position\":%d,\"leaf\":\"%s\",\"event\":%s,\"opened\":null}%n"
              .formatted(position, leaf(position).text(), record));
    }
    return lines.toString();
  }

  private static SignedNote note(long size) {
    return new Checkpoint(LOG_NAME, size, tree(size).root()).signedBy(List.of(LOG));
  }

  private static Frontier tree(long size) {
    return tree(0, size);
  }

  private static Hash leaf(long position) {
    return Hash.ofLeaf(CanonicalJson.of(record(position).getBytes(StandardCharsets.UTF_8)));
  }

  private static String record(long position) {
    return "{\"organization\":\"%s\",\"position\":%d,\"data\":{\"name\":\"name %d\"}}"
        .formatted(ORGANIZATION, position, position);
  }

  private static byte[] seed(int first) {
    var seed = new byte[32];
    seed[0] = (byte) first;
    return seed;
  }
}
