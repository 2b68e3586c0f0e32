package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc8785Test {
  @Test
  void section_3_2_2_writesPrimitivesInOneSpelling() {
    String json =
        """
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }
        """;
    assertThat(canonical(json))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void section_3_2_3_sortsNamesByTheirUtf16CodeUnits() {
    String json =
        """
        {"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
         "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
         "\\u00f6": "Latin Small Letter O With Diaeresis"}
        """;
    assertThat(canonical(json))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small"
                + " Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\","
                + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void appendixB_numbers(String bits, String expected) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(canonical(String.valueOf(number))).isEqualTo(expected);
    assertThat(canonical(canonical(String.valueOf(number)))).isEqualTo(expected);
  }

  @Test
  void whatIsCanonicalStaysAsItIs() {
    String json = "{\"a\":[],\"b\":{},\"c\":[1,{\"d\":\"ü\"}],\"e\":-12}";
    assertThat(canonical(json)).isEqualTo(json);
  }

  @Test
  void namesWithEscapesAreSortedByWhatTheySay() {
    assertThat(canonical("{\"b\":1,\"\\u0061\":2,\"B\":{\"z\":[],\"y\":[2,1]}}"))
        .isEqualTo("{\"B\":{\"y\":[2,1],\"z\":[]},\"a\":2,\"b\":1}");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 31, 32, 33, 100, 1_000})
  void sortsAsManyMembersAsThereAreAndThoseInside(int members) {
    List<String> names =
        IntStream.range(0, members).mapToObj(i -> i % 7 == 0 ? "\u00e9" + i : "n" + i).toList();
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(members));
    String json =
        shuffled.stream()
            .map(name -> "\"%s\":{\"b\":%d,\"a\":[]}".formatted(name, name.length()))
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(canonical(json))
        .isEqualTo(
            names.stream()
                .sorted()
                .map(name -> "\"%s\":{\"a\":[],\"b\":%d}".formatted(name, name.length()))
                .collect(Collectors.joining(",", "{", "}")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void namesAreSortedHoweverManyCharactersTheyShare(long seed) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "",
                "a",
                "aaaaaaa",
                "aaaaaaaa",
                "aaaaaaaa\u0001",
                "aaaaaaaab",
                "aaaaaaaabcdefghi",
                "aaaaaaaaé",
                "aaaaaaab",
                "aaaaaaaé",
                "aaaaaab",
                "\u007f"));
    Collections.shuffle(names, new Random(seed));
    String json =
        names.stream()
            .map(name -> "\"%s\":1e20".formatted(name.replace("\u0001", "\\u0001")))
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(canonical(json))
        .isEqualTo(
            names.stream()
                .sorted()
                .map(name ->
                    "\"%s\":100000000000000000000".formatted(name.replace("\u0001", "\\u0001")))
                .collect(Collectors.joining(",", "{", "}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "123456789012345", "-0", "10", "1234567890123456", "12e0"})
  void wholeNumbersAreWrittenAsAnyOthers(String number) {
    String spelled = EcmaScriptNumber.spelled(number);
    assertThat(canonical(number)).isEqualTo(spelled);
    assertThat(canonical("{\"a\":[" + number + "," + number + "],\"b\":" + number + "}"))
        .isEqualTo("{\"a\":[" + spelled + "," + spelled + "],\"b\":" + spelled + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "-",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u00g0\"",
        "\"\\u12\"",
        "\"\t\"",
        "1 2",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "{\"aaaaaaaab\":1,\"b\":2,\"aaaaaaaab\":3}",
        "{\"aaaaaaaa\":1,\"\":2,\"aaaaaaaa\":3}",
        "\"a\\",
        "\"a\\\"",
        "1e400",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "NaN",
        "'a'",
        "[1}"
      })
  void whatIsNoJsonIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> canonical(text));
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    byte[] json = {'"', (byte) 0xc3, '"'};
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(json));
  }

  @Test
  void depthHasABound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canonical("[".repeat(100_000) + "]".repeat(100_000)));
  }

  private static String canonical(String json) {
    return new String(
        CanonicalJson.of(json.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }
}
