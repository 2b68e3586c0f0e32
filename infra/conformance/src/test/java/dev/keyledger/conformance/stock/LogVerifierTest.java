package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The logs by what Go's checksum database is checked by: notes, records, trees and tiles. Whatever
 * it finds good it finds bad as soon as one character isn't what it was.
 */
@Tag("stock")
@Needs(Tool.LOG_VERIFIER)
class LogVerifierTest {
  private static final String PLATFORM = "/v1/log";

  /** More than a full tile, so that there is one above it. */
  private static final int RENAMES = 290;

  /** As JSON has it, and as it is sorted and escaped by some only. */
  private static final String NAME = "Größe <b>&amp;</b> \"№\" 𝄞 ";

  private static final class Holder {
    static final History HISTORY = History.make();
  }

  /** An organisation's, of which all tests read. */
  private record History(Organization organization, Api auditor, String token, String key) {
    static History make() {
      Organization organization = StockCluster.get().people().liveOrganization("standard");
      Member owner = StockCluster.get().people().join(organization, "owner");
      String key = Client.createdBy(owner.api(), organization, "test", List.of()).id();
      var history = new History(organization, owner.api(), owner.token(), key);
      history.goOn(RENAMES);
      return history;
    }

    /** Events happen. */
    void goOn(int renames) {
      String position = "";
      for (int i = 0; i < renames; i++) {
        Answer renamed =
            auditor.patch(
                organization.path() + "/keys/" + key,
                Map.of("name", NAME + (i % 2 == 0 ? "even" : "odd") + " " + System.nanoTime()));
        assertThat(renamed.status()).as(renamed.toString()).isEqualTo(200);
        position = renamed.header("Keyledger-Position");
      }
      read(log() + "/checkpoint?at_least=" + position);
    }

    String log() {
      return organization.path() + "/log";
    }

    String read(String path) {
      return ok(auditor.get(path)).rawBody();
    }

    JsonNode json(String path) {
      return ok(auditor.get(path)).body();
    }

    List<String> keys(String log) {
      return LogQuestion.texts(json(log + "/keys").path("keys"));
    }

    /** The lines of an export of this log, one for each event of that checkpoint. */
    List<String> lines(long size) {
      String export =
          ok(auditor
                  .with("Accept", "application/x-ndjson")
                  .get(organization.path() + "/events?at_least=" + (size - 1)))
              .rawBody();
      return export.lines().skip(1).limit(size).toList();
    }

    private static Answer ok(Answer answer) {
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      return answer;
    }
  }

  @Test
  void aCheckpointIsSignedByItsLogAndByNoOther() {
    try (Script go = go()) {
      for (String log : List.of(history().log(), PLATFORM)) {
        LogQuestion note = question("note", log).with("note", history().read(log + "/checkpoint"));
        JsonNode said = note.mustBeGood(go);

        assertThat(said.path("origin").asString())
            .isEqualTo(history().json(log + "/keys").path("origin").asString());
        for (String other : LogQuestion.changed(note.text("note"))) {
          note.with("note", other).mustBeBad(go);
        }
      }
      question("note", PLATFORM)
          .with("note", history().read(history().log() + "/checkpoint"))
          .mustBeBad(go);
    }
  }

  @Test
  void anEventIsInTheLogAsItWasExportedAndNotOtherwise() {
    String checkpoint = history().read(history().log() + "/checkpoint");
    long size = size(checkpoint);
    List<String> lines = history().lines(size);
    try (Script go = go()) {
      for (long position : List.of(0L, 1L, 255L, 256L, size - 1)) {
        JsonNode proof =
            history().json(history().log() + "/proof?position=" + position + "&tree_size=" + size);
        String line = lines.get(Math.toIntExact(position));
        LogQuestion record =
            question("record", history().log())
                .with("note", checkpoint)
                .with("lines", List.of(line))
                .with("hashes", LogQuestion.texts(proof.path("hashes")));

        JsonNode said = record.mustBeGood(go);

        assertThat(proof.path("root").asString()).isEqualTo(said.path("root").asString());
        for (String other : LogQuestion.otherEvents(line)) {
          record.with("lines", List.of(other)).mustBeBad(go);
        }
        for (List<String> others : LogQuestion.otherHashes(record.texts("hashes"))) {
          record.with("hashes", others).mustBeBad(go);
        }
        for (String other : LogQuestion.changed(checkpoint)) {
          record.with("note", other).mustBeBad(go);
        }
      }
    }
  }

  @Test
  void aFileProvesAnEventAndNoOther() {
    long size = size(history().read(history().log() + "/checkpoint"));
    List<String> lines = history().lines(size);
    try (Script go = go()) {
      for (int position : List.of(0, 256)) {
        String file =
            history()
                .json(history().log() + "/proof?position=" + position)
                .path("tlog_proof")
                .asString();
        LogQuestion proof =
            question("file", history().log())
                .with("file", file)
                .with("lines", List.of(lines.get(position)));

        proof.mustBeGood(go);

        for (String other : LogQuestion.changedFiles(file)) {
          proof.with("file", other).mustBeBad(go);
        }
        proof.with("lines", List.of(lines.get(position + 1))).mustBeBad(go);
        for (String other : LogQuestion.otherEvents(lines.get(position))) {
          proof.with("lines", List.of(other)).mustBeBad(go);
        }
      }
    }
  }

  @Test
  void aFileProvesThatTheCheckpointIsInThePlatformsLog() {
    String checkpoint = history().read(history().log() + "/checkpoint");
    String file = history().read(history().log() + "/platform-proof");
    String entry = checkpoint.substring(0, checkpoint.indexOf("\n\n") + 1);
    try (Script go = go()) {
      LogQuestion proof = question("file", PLATFORM).with("file", file).with("entry", entry);

      JsonNode said = proof.mustBeGood(go);

      assertThat(said.path("origin").asString()).endsWith(PLATFORM);
      for (String other : LogQuestion.changedFiles(file)) {
        proof.with("file", other).mustBeBad(go);
      }
      proof.with("entry", LogQuestion.replaced(entry, entry.length() - 5)).mustBeBad(go);
      proof.with("entry", checkpoint).mustBeBad(go);
    }
  }

  @Test
  void aLogGoesOnFromWhatWasSeenOfIt() {
    Map<String, String> before = checkpoints();
    history().goOn(7);
    Map<String, String> after = checkpoints();
    try (Script go = go()) {
      before.forEach((log, old) -> {
        String now = after.get(log);
        assertThat(size(now)).isGreaterThan(size(old));
        JsonNode proof =
            history().json(log + "/consistency?old_size=" + size(old) + "&tree_size=" + size(now));
        LogQuestion tree =
            question("tree", log)
                .with("old", old)
                .with("note", now)
                .with("hashes", LogQuestion.texts(proof.path("hashes")));

        tree.mustBeGood(go);

        for (List<String> others : LogQuestion.otherHashes(tree.texts("hashes"))) {
          tree.with("hashes", others).mustBeBad(go);
        }
        for (String other : LogQuestion.changed(old)) {
          tree.with("old", other).mustBeBad(go);
        }
        tree.with("old", now).mustBeBad(go);
      });
    }
  }

  @Test
  void theRootAndEveryLeafComeOutOfTheTilesAlone() {
    String checkpoint = history().read(history().log() + "/checkpoint");
    long size = size(checkpoint);
    List<String> lines = history().lines(size);
    assertThat(size).isBetween(257L, 511L);
    assertThat(lines).hasSize(Math.toIntExact(size));
    List<String> expected = List.of("0/000", "0/001.p/" + (size - 256), "1/000.p/1");
    try (Script go = go()) {
      LogQuestion tiles =
          question("tiles", history().log())
              .with("note", checkpoint)
              .with("url", url(history().log()))
              .with("lines", lines);

      JsonNode said = tiles.mustBeGood(go);

      assertThat(LogQuestion.texts(said.path("tiles")))
          .containsExactlyInAnyOrderElementsOf(expected);
      for (String tile : expected) {
        tiles.with("spoilt", tile).mustBeBad(go);
      }
      var others = new ArrayList<>(lines);
      others.set(7, LogQuestion.otherEvents(lines.get(7)).getFirst());
      tiles.with("lines", others).mustBeBad(go);
    }
  }

  @Test
  void thePlatformsRootComesOutOfItsTiles() {
    String checkpoint = history().read(PLATFORM + "/checkpoint");
    try (Script anybody = Script.start(Tool.LOG_VERIFIER, Map.of())) {
      LogQuestion tiles =
          question("tiles", PLATFORM).with("note", checkpoint).with("url", url(PLATFORM));

      List<String> read = LogQuestion.texts(tiles.mustBeGood(anybody).path("tiles"));

      assertThat(read).isNotEmpty();
      for (String tile : read) {
        tiles.with("spoilt", tile).mustBeBad(anybody);
      }
    }
  }

  /** Not before a test is to run: for those that are skipped nothing is started. */
  private static History history() {
    return Holder.HISTORY;
  }

  private static LogQuestion question(String check, String log) {
    return new LogQuestion(Map.of("check", check, "keys", history().keys(log)));
  }

  private static Script go() {
    return Script.start(Tool.LOG_VERIFIER, Map.of("TOKEN", history().token()));
  }

  private static Map<String, String> checkpoints() {
    // An organisation's first: it is in the platform's log as soon as it is shown.
    var notes = new LinkedHashMap<String, String>();
    for (String log : List.of(history().log(), PLATFORM)) {
      notes.put(log, history().read(log + "/checkpoint"));
    }
    return notes;
  }

  private static String url(String log) {
    return StockCluster.issuer() + log + "/tile/";
  }

  private static long size(String checkpoint) {
    return Long.parseLong(checkpoint.lines().skip(1).findFirst().orElseThrow());
  }
}
