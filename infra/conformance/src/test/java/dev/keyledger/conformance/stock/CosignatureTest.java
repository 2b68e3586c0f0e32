package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./keyledger witness} cosigns, and the proof of an event that carries it, by Go's note
 * and tlog, and by the definition of cosignature/v1 with Go's Ed25519.
 */
@Tag("stock")
@Needs(Tool.LOG_VERIFIER)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CosignatureTest {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Pattern ITS_KEY = Pattern.compile("its key: +(\\S+)");

  private Organization organization;
  private Member owner;
  private String log;
  private String logKey;
  private String witnessKey;
  private ChildProcess witness;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    organization = StockCluster.get().people().liveOrganization("standard");
    owner = StockCluster.get().people().join(organization, "owner");
    log = organization.path() + "/log";
    logKey = ok(owner.api().get(log + "/keys")).node("keys").path(0).asString();
    Path logs = Files.writeString(folder.resolve("logs"), logKey + "\n");
    Path said = folder.resolve("witness.log");
    witness =
        ChildProcess.start(
            "witness",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-jar",
                runner().toString(),
                "witness",
                "--name",
                "auditors.test/one",
                "--log",
                logs.toString(),
                "--folder",
                folder.resolve("witness").toString(),
                "--port",
                String.valueOf(Ports.free(1).getFirst()),
                "--follow",
                StockCluster.issuer()),
            Map.of("KEYLEDGER_TOKEN", owner.token()),
            "TERM",
            said);
    await().atMost(SOON).until(() -> ITS_KEY.matcher(Files.readString(said)).find());
    Matcher key = ITS_KEY.matcher(Files.readString(said));
    assertThat(key.find()).isTrue();
    witnessKey = key.group(1);
    Answer named =
        owner
            .api()
            .raw(
                "PATCH",
                organization.path() + "/policy",
                "application/merge-patch+json",
                "{\"witnesses\":{\"keys\":[\"" + witnessKey + "\"],\"required\":1}}");
    assertThat(named.status()).as(named.toString()).isEqualTo(200);
    String checkpoint = log + "/checkpoint?at_least=" + named.header("Keyledger-Position");
    await().atMost(SOON).until(() -> owner.api().get(checkpoint).status() == 200);
  }

  @AfterAll
  void stop() {
    if (witness != null) {
      witness.close();
    }
  }

  private static Path runner() throws IOException {
    try (var files = Files.list(Path.of("../standalone/target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("keyledger-standalone-.*\\.jar"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  @Test
  void aCheckpointIsCosignedByTheWitnessAtTheTimeThatItSaysAndByNoOther() {
    String checkpoint = ok(owner.api().get(log + "/checkpoint")).rawBody();
    assertThat(checkpoint.lines().filter(line -> line.startsWith("— "))).hasSize(2);
    try (Script go = go()) {
      LogQuestion note = question("note").with("note", checkpoint);

      assertThat(note.mustBeGood(go).path("origin").asString() + "+")
          .isEqualTo(logKey.substring(0, logKey.indexOf('+') + 1));

      for (String other : LogQuestion.changed(checkpoint)) {
        note.with("note", other).mustBeBad(go);
      }
      int signature = checkpoint.lastIndexOf(' ') + 1;
      // Four bytes say the key, the next eight when.
      note.with("note", LogQuestion.replaced(checkpoint, signature + 13)).mustBeBad(go);
      String alone = checkpoint.substring(0, checkpoint.lastIndexOf("— "));
      note.with("note", alone).mustBeBad(go);
    }
  }

  @Test
  void theProofOfAnEventCarriesTheCosignature() {
    String file = ok(text().get(log + "/proof?position=1")).rawBody();
    assertThat(file).contains("\nextra ");
    String line =
        ok(owner.api().with("Accept", "application/x-ndjson").get(organization.path() + "/events"))
            .rawBody()
            .lines()
            .skip(2)
            .findFirst()
            .orElseThrow();
    try (Script go = go()) {
      LogQuestion proof = question("file").with("file", file).with("lines", List.of(line));

      proof.mustBeGood(go);

      for (String other : LogQuestion.changedFiles(file)) {
        proof.with("file", other).mustBeBad(go);
      }
      for (String other : LogQuestion.otherEvents(line)) {
        proof.with("lines", List.of(other)).mustBeBad(go);
      }
      proof.with("file", file.substring(0, file.lastIndexOf("— "))).mustBeBad(go);
    }
  }

  private LogQuestion question(String check) {
    return new LogQuestion(
        Map.of("check", check, "keys", List.of(logKey), "witnesses", List.of(witnessKey)));
  }

  private Api text() {
    return owner.api().with("Accept", "text/plain");
  }

  private static Script go() {
    return Script.start(Tool.LOG_VERIFIER, Map.of());
  }

  private static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer;
  }
}
