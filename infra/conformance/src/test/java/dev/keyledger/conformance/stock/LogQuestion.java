package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Go is asked; another field makes it another question. */
record LogQuestion(Map<String, Object> fields) {
  private static final JsonMapper JSON = new JsonMapper();

  /** What Go says of that which has the right form, and isn't so. */
  private static final Pattern UNTRUE =
      Pattern.compile(
          "invalid signature|no verifiable signatures"
              + "|invalid transparency proof|invalid inputs in Check|the proof is of entry"
              + "|the tiles' root is|inconsistent tile|isn't its event's|not cosigned by");

  LogQuestion with(String field, Object value) {
    var more = new LinkedHashMap<>(fields);
    more.put(field, value);
    return new LogQuestion(more);
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

  /** With another name, size, root, or signature. */
  static List<String> changed(String checkpoint) {
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
  static List<String> changedFiles(String file) {
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
  static List<String> otherEvents(String line) {
    int id = line.indexOf("\"event\":{\"") + "\"event\":{\"".length();
    int position = line.lastIndexOf("\"position\":") + "\"position\":".length();
    return List.of(
        replaced(line, line.indexOf("\":\"", id) + 3),
        line.substring(0, id) + "also\":1,\"" + line.substring(id),
        replaced(line, position));
  }

  /** With another one, one less, and one more. */
  static List<List<String>> otherHashes(List<String> hashes) {
    var other = new ArrayList<>(hashes);
    other.set(0, replaced(hashes.getFirst(), 5));
    var more = new ArrayList<>(hashes);
    more.add(hashes.getFirst());
    return List.of(other, hashes.subList(1, hashes.size()), more);
  }

  /** A digit by a digit, a letter by a letter. */
  static String replaced(String text, int at) {
    char was = text.charAt(at);
    char is = Character.isDigit(was) ? (was == '1' ? '2' : '1') : (was == 'b' ? 'c' : 'b');
    return text.substring(0, at) + is + text.substring(at + 1);
  }

  static List<String> texts(JsonNode array) {
    return Arrays.stream(JSON.treeToValue(array, String[].class)).toList();
  }
}
