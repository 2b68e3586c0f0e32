package dev.keyledger.kit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Billing, test (2)",
        "Schlüssel für Büro",
        "cafe\u0301",
        "ключ",
        "مفتاح",
        "鍵\u3000二",
        "🔑 deploy",
        "\u2764\uFE0F",
        "\uD83D\uDC69\u200D\uD83D\uDCBB",
        "\uD83D\uDC69\uD83C\uDFFD\u200D\uD83D\uDE80",
        "\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08",
        "a\u00A0b"
      })
  void whatCanBeSeenIsTakenInWhateverScript(String text) {
    assertThat(VisibleText.isVisible(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u202Eyek tset", // right-to-left override
        "a\u2066b\u2069", // isolate
        "a\u200Eb", // left-to-right mark
        "a\u061Cb", // Arabic letter mark
        "prod\u200B", // zero-width space
        "pr\u200Dod", // a joiner between letters
        "pr\u200Cod",
        "prod\u2060",
        "\uFEFFprod",
        "pr\u00ADod", // soft hyphen
        "prod\uFE0F", // a presentation of a letter
        "7\uFE0F",
        "\uFE0F\u200D\uD83D\uDCBB",
        "\uD83D\uDC69\u200D", // joined to nothing
        "\uD83D\uDC69\u200D\u200D\uD83D\uDCBB",
        "\u3164", // Hangul filler
        "\u115F",
        "\u2800", // braille without dots
        "prod\uDB40\uDC41", // tag of a letter
        "prod\uDB40\uDD00", // variation selector
        "a\nb",
        "a\u0000",
        "a\u0085b",
        "a\u2028b",
        "a\u2029b",
        "\uD83D",
        "\uDD11a",
        "\uE000",
        "\uFFFF"
      })
  void whatCannotBeSeenOrMovesWhatCanIsNot(String text) {
    assertThat(VisibleText.isVisible(text)).isFalse();
  }

  @Test
  void spacesOfAllKindsAreBlank() {
    assertThat(VisibleText.isBlank("")).isTrue();
    assertThat(VisibleText.isBlank(" \u00A0\u2003\u3000\u202F")).isTrue();
    assertThat(VisibleText.isBlank("\u00A0a")).isFalse();
  }

  @Test
  void halfASurrogatePairIsNoText() {
    assertThat(VisibleText.isWellFormed("a\uD83D\uDE00b\u0000")).isTrue();
    for (String text : List.of("\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "a\uD83D")) {
      assertThat(VisibleText.isWellFormed(text)).isFalse();
      assertThat(VisibleText.isVisible(text)).isFalse();
    }
  }

  @Test
  void lengthsAreThoseOfCodePoints() {
    assertThat(VisibleText.length("a\uD83D\uDE00b")).isEqualTo(3);
    assertThat(VisibleText.shortened("a\uD83D\uDE00b", 3)).isEqualTo("a\uD83D\uDE00b");
    assertThat(VisibleText.shortened("a\uD83D\uDE00b", 2)).isEqualTo("a\uD83D\uDE00");
    assertThat(VisibleText.shortened("a\uD83D\uDE00b", 1)).isEqualTo("a");
  }
}
