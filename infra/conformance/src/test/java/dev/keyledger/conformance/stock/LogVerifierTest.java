package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The logs by what Go's checksum database is checked by: notes, records, trees and tiles. Whatever
 * it finds good it finds bad as soon as one character isn't what it was.
 */
@Tag("stock")
@Needs(Tool.LOG_VERIFIER)
class LogVerifierTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PLATFORM = "/v1/log";

  /** More than a full tile, so that there is one above it. */
  private static final int RENAMES = 290;

  /** As JSON has it, and as it is sorted and escaped by some only. */
  private static final String NAME = "Größe <b>&amp;</b> \"№\" 𝄞 ";

  /** What Go says of that which has the right form, and isn't so. */
  private static final Pattern UNTRUE =
      Pattern.compile(
          "invalid signature|no verifiable signatures"
              + "|invalid transparency proof|invalid inputs in Check|the proof is of entry"
              + "|the tiles' root is|inconsistent tile|isn't its event's");

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
      return texts(json(log + "/keys").path("keys"));
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
        Question note = question("note", log).with("note", history().read(log + "/checkpoint"));
        JsonNode said = note.mustBeGood(go);

        assertThat(said.path("origin").asString())
            .isEqualTo(history().json(log + "/keys").path("origin").asString());
        for (String other : changed(note.text("note"))) {
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
        Question record =
            question("record", history().log())
                .with("note", checkpoint)
                .with("lines", List.of(line))
                .with("hashes", texts(proof.path("hashes")));

        JsonNode said = record.mustBeGood(go);

        assertThat(proof.path("root").asString()).isEqualTo(said.path("root").asString());
        for (String other : otherEvents(line)) {
          record.with("lines", List.of(other)).mustBeBad(go);
        }
        for (List<String> others : otherHashes(record.texts("hashes"))) {
          record.with("hashes", others).mustBeBad(go);
        }
        for (String other : changed(checkpoint)) {
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
        Question proof =
            question("file", history().log())
                .with("file", file)
                .with("lines", List.of(lines.get(position)));

        proof.mustBeGood(go);

        for (String other : changedFiles(file)) {
          proof.with("file", other).mustBeBad(go);
        }
        proof.with("lines", List.of(lines.get(position + 1))).mustBeBad(go);
        for (String other : otherEvents(lines.get(position))) {
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
      Question proof = question("file", PLATFORM).with("file", file).with("entry", entry);

      JsonNode said = proof.mustBeGood(go);

      assertThat(said.path("origin").asString()).endsWith(PLATFORM);
      for (String other : changedFiles(file)) {
        proof.with("file", other).mustBeBad(go);
      }
      proof.with("entry", replaced(entry, entry.length() - 5)).mustBeBad(go);
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
        Question tree =
            question("tree", log)
                .with("old", old)
                .with("note", now)
                .with("hashes", texts(proof.path("hashes")));

        tree.mustBeGood(go);

        for (List<String> others : otherHashes(tree.texts("hashes"))) {
          tree.with("hashes", others).mustBeBad(go);
        }
        for (String other : changed(old)) {
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
      Question tiles =
          question("tiles", history().log())
              .with("note", checkpoint)
              .with("url", url(history().log()))
              .with("lines", lines);

      JsonNode said = tiles.mustBeGood(go);

      assertThat(texts(said.path("tiles"))).containsExactlyInAnyOrderElementsOf(expected);
      for (String tile : expected) {
        tiles.with("spoilt", tile).mustBeBad(go);
      }
      var others = new ArrayList<>(lines);
      others.set(7, otherEvents(lines.get(7)).getFirst());
      tiles.with("lines", others).mustBeBad(go);
    }
  }

  @Test
  void thePlatformsRootComesOutOfItsTiles() {
    String checkpoint = history().read(PLATFORM + "/checkpoint");
    try (Script anybody = Script.start(Tool.LOG_VERIFIER, Map.of())) {
      Question tiles =
          question("tiles", PLATFORM).with("note", checkpoint).with("url", url(PLATFORM));

      List<String> read = texts(tiles.mustBeGood(anybody).path("tiles"));

      assertThat(read).isNotEmpty();
      for (String tile : read) {
        tiles.with("spoilt", tile).mustBeBad(anybody);
      }
    }
  }

  /** What Go is asked; another field makes it another question. */
  private record Question(Map<String, Object> fields) {
    Question with(String field, Object value) {
      var more = new LinkedHashMap<>(fields);
      more.put(field, value);
      return new Question(more);
    }

    String text(String field) {
      return (String) fields.get(field);
    }

    List<String> texts(String field) {
      return ((List<?>) fields.get(field)).stream().map(String.class::cast).toList();
    }

    JsonNode mustBeGood(Script go) {
      JsonNode said = go.ask(JSON.writeValueAsString(fields));
      assertThat(said.path("good").asBoolean()).as(said.toString()).isTrue();
      return said;
    }

    void mustBeBad(Script go) {
      JsonNode said = go.ask(JSON.writeValueAsString(fields));
      assertThat(said.path("good").asBoolean(true)).as(fields.toString()).isFalse();
      assertThat(said.path("why").asString()).containsPattern(UNTRUE);
    }
  }

  /** Not before a test is to run: for those that are skipped nothing is started. */
  private static History history() {
    return Holder.HISTORY;
  }

  private static Question question(String check, String log) {
    return new Question(Map.of("check", check, "keys", history().keys(log)));
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

  /** With another name, size, root, or signature. */
  private static List<String> changed(String checkpoint) {
    int size = checkpoint.indexOf('\n') + 1;
    int root = checkpoint.indexOf('\n', size) + 1;
    return List.of(
        replaced(checkpoint, 0),
        replaced(checkpoint, size),
        replaced(checkpoint, root),
        // Not the last of base64, of which some bits count for nothing.
        replaced(checkpoint, checkpoint.length() - 10));
  }

  /** With another index, hash, and whatever else of the checkpoint. */
  private static List<String> changedFiles(String file) {
    int blank = file.indexOf("\n\n") + 2;
    int index = file.indexOf("index ") + "index ".length();
    var files = new ArrayList<String>();
    files.add(replaced(file, index));
    files.add(replaced(file, file.indexOf('\n', index) + 1));
    changed(file.substring(blank)).forEach(note -> files.add(file.substring(0, blank) + note));
    return files;
  }

  /**
   * One whose record differs in a character, one with a member more, and one with another place.
   */
  private static List<String> otherEvents(String line) {
    int id = line.indexOf("\"event\":{\"") + "\"event\":{\"".length();
    int position = line.lastIndexOf("\"position\":") + "\"position\":".length();
    return List.of(
        replaced(line, line.indexOf("\":\"", id) + 3),
        line.substring(0, id) + "also\":1,\"" + line.substring(id),
        replaced(line, position));
  }

  /** With another one, one less, and one more. */
  private static List<List<String>> otherHashes(List<String> hashes) {
    var other = new ArrayList<>(hashes);
    other.set(0, replaced(hashes.getFirst(), 5));
    var more = new ArrayList<>(hashes);
    more.add(hashes.getFirst());
    return List.of(other, hashes.subList(1, hashes.size()), more);
  }

  /** A digit by a digit, a letter by a letter. */
  private static String replaced(String text, int at) {
    char was = text.charAt(at);
    char is = Character.isDigit(was) ? (was == '1' ? '2' : '1') : (was == 'b' ? 'c' : 'b');
    return text.substring(0, at) + is + text.substring(at + 1);
  }

  private static List<String> texts(JsonNode array) {
    return Arrays.stream(JSON.treeToValue(array, String[].class)).toList();
  }
}
