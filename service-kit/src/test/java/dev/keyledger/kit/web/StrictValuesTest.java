package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What stands in a body has one meaning, or is refused by its field. */
class StrictValuesTest {
  enum Colour {
    RED,
    GREEN
  }

  record Limit(int maximum, @Nullable Colour per) {}

  record Sample(
      @Nullable String name,
      @AsPresented @Nullable String password,
      @Nullable Integer days,
      @Nullable Long much,
      @Nullable Boolean sure,
      @Nullable Instant at,
      @Nullable Duration grace,
      @Nullable List<@Nullable String> scopes,
      @Nullable Map<String, String> prefixes,
      @Nullable Limit limit) {}

  private static final JsonMapper MAPPER = mapper();

  private static JsonMapper mapper() {
    var builder = JsonMapper.builder();
    new JsonConventions().customize(builder);
    return builder.build();
  }

  private static Sample read(String json) {
    return MAPPER.readValue(json, Sample.class);
  }

  private static Problem problemOf(String json) {
    try {
      throw new AssertionError("was read: " + read(json));
    } catch (JacksonException e) {
      return UnreadableBodies.problemOf(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"name": 5}                          | name
          {"name": 5.5}                        | name
          {"name": true}                       | name
          {"name": ["a"]}                      | name
          {"name": {"a": 1}}                   | name
          {"password": 5}                      | password
          {"password": ["a"]}                  | password
          {"days": 2147483648}                 | days
          {"days": -2147483649}                | days
          {"days": 1e3}                        | days
          {"days": 1.5}                        | days
          {"days": 1.0}                        | days
          {"days": "3"}                        | days
          {"days": ""}                         | days
          {"days": " "}                        | days
          {"days": true}                       | days
          {"days": [3]}                        | days
          {"days": []}                         | days
          {"days": {}}                         | days
          {"much": 9223372036854775808}        | much
          {"much": "1"}                        | much
          {"sure": 1}                          | sure
          {"sure": "true"}                     | sure
          {"sure": ""}                         | sure
          {"scopes": "a.b"}                    | scopes
          {"scopes": ""}                       | scopes
          {"scopes": {}}                       | scopes
          {"scopes": ["a.b", 5]}               | scopes[1]
          {"scopes": [["a.b"]]}                | scopes[0]
          {"prefixes": []}                     | prefixes
          {"prefixes": ""}                     | prefixes
          {"prefixes": {"live": 1}}            | prefixes.live
          {"limit": []}                        | limit
          {"limit": ""}                        | limit
          {"limit": 5}                         | limit
          {"limit": {"maximum": 2147483648}}   | limit.maximum
          {"limit": {"maximum": null}}         | limit.maximum
          {"limit": {}}                        | limit.maximum
          {"limit": {"maximum": 1, "per": 0}}  | limit.per
          {"limit": {"maximum": 1, "per": "blue"}} | limit.per
          {"limit": {"maximum": 1, "per": ""}} | limit.per
          {"limit": {"maximum": 1, "pre": "red"}} | limit.pre
          {"nmae": "a"}                        | nmae
          []                                   | body
          "a"                                  | body
          5                                    | body
          """)
  void aValueOfAnotherKindIsToldByItsField(String json, String field) {
    Problem problem = problemOf(json);
    assertThat(problem.status()).as(problem.toString()).isEqualTo(422);
    assertThat(problem.code()).isEqualTo("invalid_field");
    assertThat(problem.members()).containsEntry("field", field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"a\", \"name\": \"b\"}",
        "{\"limit\": {\"maximum\": 1, \"maximum\": 1}}",
        "{\"days\": NaN}",
        "{\"days\": Infinity}",
        "{\"days\": 01}",
        "{\"days\": +1}",
        "{\"days\": .5}",
        "{\"name\": 'a'}",
        "{name: \"a\"}",
        "{\"name\": \"a\",}",
        "{\"name\": \"a\n\"}",
        "{\"name\": \"a\"} {}",
        "{\"name\": \"a\"} x",
        "{\"name\": \"a\"}]",
        "{} []",
        "{\"name\": \"a\"",
        "// a comment\n{}",
      })
  void whatIsNoJsonIsToldAsThat(String json) {
    Problem problem = problemOf(json);
    assertThat(problem.status()).as(problem.toString()).isEqualTo(400);
    assertThat(problem.code()).isEqualTo("malformed_json");
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefusedAndNotFollowed() {
    assertThat(problemOf("[".repeat(100_000)).status()).isIn(400, 422);
    assertThat(problemOf("{\"limit\":" + "[".repeat(100_000)).status()).isIn(400, 422);
    assertThat(problemOf("{\"x\":" + "{\"x\":".repeat(100_000)).status()).isIn(400, 422);
    assertThat(problemOf("{\"days\": " + "9".repeat(2_000) + "}").status()).isIn(400, 422);
    assertThat(problemOf("{\"days\": 1e" + "9".repeat(30) + "}").members())
        .containsEntry("field", "days");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "a\\udc00b",
        "\\ud83d",
        "\\u0000",
        "a\\u0007",
        "\\u001b[31m",
        "\\u0085",
        "\\u200b",
        "\\u202e",
        "\\u2066",
        "\\ufeff",
        "\\u00ad",
        "\\u2028",
        "\\u3164",
        "a\\nb",
        "\\t"
      })
  void aTextHoldsNothingThatCannotBeSeen(String text) {
    assertThat(problemOf("{\"name\": \"" + text + "\"}").members()).containsEntry("field", "name");
    assertThat(problemOf("{\"scopes\": [\"a\", \"" + text + "\"]}").members())
        .containsEntry("field", "scopes[1]");
    assertThat(problemOf("{\"prefixes\": {\"live\": \"" + text + "\"}}").members())
        .containsEntry("field", "prefixes.live");
    assertThat(read("{\"password\": \"" + text + "\"}").password()).isNotEmpty();
    Problem unknown = problemOf("{\"" + text + "\": 1}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.members()).containsEntry("field", "?");
  }

  @Test
  void namesThatClientsMakeUpAreShortenedBetweenCharacters() {
    assertThat(problemOf("{\"" + "\uD83D\uDE00".repeat(70) + "\": 1}").members())
        .containsEntry("field", "\uD83D\uDE00".repeat(64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Zoë", "日本", "😀👨‍👩‍👧", "a b", "ß", ""})
  void everyOtherTextComesAsItWasSent(String text) {
    assertThat(read("{\"name\": \"" + text + "\"}").name()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1H, PT1H",
    "PT0S, PT0S",
    "P1D, PT24H",
    "P2W, PT336H",
    "P1DT2H3M4S, PT26H3M4S",
    "PT90M, PT1H30M",
    "PT0.5S, PT0.5S",
    "PT0.005S, PT0.005S",
    "P0D, PT0S"
  })
  void aDurationIsIso8601OfFixedLengths(String text, Duration duration) {
    assertThat(read("{\"grace\": \"" + text + "\"}").grace()).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3600",
        "3600.5",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\"3600\"",
        "\"P\"",
        "\"PT\"",
        "\"P1DT\"",
        "\"P1Y\"",
        "\"P1M\"",
        "\"P1Y2M\"",
        "\"-PT1H\"",
        "\"PT-1H\"",
        "\"+PT1H\"",
        "\"PT+1H\"",
        "\"pt1h\"",
        "\"PT1h\"",
        "\"PT1H \"",
        "\" PT1H\"",
        "\"PT1.5H\"",
        "\"PT0.0001S\"",
        "\"PT0,5S\"",
        "\"PT.5S\"",
        "\"P1W2D\"",
        "\"PT1S1M\"",
        "\"1h\"",
        "\"PT9999999999999S\"",
        "\"P99999999999D\"",
        "\"PT١H\"",
        "\"PT1H/PT2H\""
      })
  void whatIsNoDurationIsToldByItsField(String json) {
    Problem problem = problemOf("{\"grace\": " + json + "}");
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.members()).containsEntry("field", "grace");
    assertThat(problem.detail()).contains("ISO 8601");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-28T14:43:58Z, 2026-05-28T14:43:58Z",
    "2026-05-28T14:43:58.5Z, 2026-05-28T14:43:58.500Z",
    "2026-05-28T14:43:58.123456789Z, 2026-05-28T14:43:58.123Z",
    "2026-05-28t14:43:58z, 2026-05-28T14:43:58Z",
    "2026-05-28T14:43:58+02:00, 2026-05-28T12:43:58Z",
    "2024-02-29T00:00:00-00:30, 2024-02-29T00:30:00Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
  })
  void aTimeIsRfc3339(String text, Instant time) {
    assertThat(read("{\"at\": \"" + text + "\"}").at()).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1780000000",
        "1.5",
        "true",
        "[2026,5,28]",
        "\"\"",
        "\"1780000000\"",
        "\"2026-05-28\"",
        "\"2026-05-28T14:43:58\"",
        "\"2026-05-28T14:43Z\"",
        "\"2026-05-28 14:43:58Z\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"2026-02-29T00:00:00Z\"",
        "\"2026-13-01T00:00:00Z\"",
        "\"2026-05-28T24:00:00Z\"",
        "\"2026-12-31T23:59:60Z\"",
        "\"2026-05-28T14:43:58+02\"",
        "\"2026-05-28T14:43:58+0200\"",
        "\"2026-05-28T14:43:58+02:00:30\"",
        "\"2026-05-28T14:43:58+25:00\"",
        "\"2026-05-28T14:43:58 02:00\"",
        "\"2026-05-28T14:43:58[UTC]\"",
        "\"+12026-05-28T14:43:58Z\"",
        "\"0000-01-01T00:00:00Z\"",
        "\"-0001-01-01T00:00:00Z\"",
        "\"294277-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59-01:00\"",
        "\"26-05-28T14:43:58Z\"",
        "\"2026-5-28T14:43:58Z\"",
        "\"2026-05-28T14:43:58.Z\"",
        "\"２０２６-05-28T14:43:58Z\"",
        "\"2026-05-28T14:43:58Z \"",
        "\"now\""
      })
  void whatIsNoTimeIsToldByItsField(String json) {
    Problem problem = problemOf("{\"at\": " + json + "}");
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.members()).containsEntry("field", "at");
    assertThat(problem.detail()).contains("RFC 3339");
  }
}
