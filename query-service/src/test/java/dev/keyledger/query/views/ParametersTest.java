package dev.keyledger.query.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyledger.kit.web.ProblemException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  @ParameterizedTest
  @CsvSource({
    "2026-05-28T14:43:58Z, 2026-05-28T14:43:58Z",
    "2026-05-28T14:43:58.123456Z, 2026-05-28T14:43:58.123456Z",
    "2026-05-28T14:43:58+02:00, 2026-05-28T12:43:58Z",
    "2026-05-28T14:43:58 02:00, 2026-05-28T12:43:58Z",
    "2026-05-28T14:43:58-02:00, 2026-05-28T16:43:58Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z"
  })
  void aTimeBoundsOnBothSidesWithAPlusThatWasNotEscapedToo(String text, Instant time) {
    assertThat(Parameters.from("from", text)).isEqualTo(time);
    assertThat(Parameters.to("to", text)).isEqualTo(time);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-28, 2026-05-28T00:00:00Z, 2026-05-29T00:00:00Z",
    "2024-02-29, 2024-02-29T00:00:00Z, 2024-03-01T00:00:00Z",
    "2026-12-31, 2026-12-31T00:00:00Z, 2027-01-01T00:00:00Z"
  })
  void aDateAloneIsItsWholeDay(String text, Instant begins, Instant isOver) {
    assertThat(Parameters.from("from", text)).isEqualTo(begins);
    assertThat(Parameters.to("to", text)).isEqualTo(isOver);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "2026",
        "2026-05",
        "2026-5-28",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "10000-01-01",
        "+12026-05-28",
        "-2026-05-28",
        "20260528",
        "2026-05-28 ",
        "2026-05-28Z",
        "2026-05-28+02:00",
        "2026-05-28T14:43:58",
        "2026-05-28 14:43:58",
        "2026-05-28T14:43Z",
        "2026-05-28T14:43:60Z",
        "2026-05-28T24:00:00Z",
        "2026-05-28T14:43:58  02:00",
        "+294277-01-01T00:00:00Z",
        "1780000000"
      })
  void whatIsNoTimeIsToldByItsParameter(String text) {
    assertThat(fieldRefused(() -> Parameters.from("from", text))).isEqualTo("from");
    assertThat(fieldRefused(() -> Parameters.to("to", text))).isEqualTo("to");
  }

  @Test
  void anIntervalDoesNotEndBeforeItBegins() {
    Instant early = Instant.parse("2026-05-28T00:00:00Z");
    assertThat(fieldRefused(() -> Parameters.order(early.plusSeconds(1), early))).isEqualTo("to");
    Parameters.order(early, early);
    Parameters.order(early, null);
    Parameters.order(null, early);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "-1",
        "+5",
        "05",
        " 5",
        "5 ",
        "0x10",
        "1e1",
        "5.0",
        "٥",
        "５",
        "101",
        "9223372036854775808",
        "99999999999999999999999"
      })
  void aLimitIsAWholeNumberOfAPage(String text) {
    assertThat(fieldRefused(() -> Parameters.limit(text))).isEqualTo("limit");
  }

  @Test
  void aLimitMayBeLeftOut() {
    assertThat(Parameters.limit(null)).isEqualTo(50);
    assertThat(Parameters.limit("1")).isEqualTo(1);
    assertThat(Parameters.limit("100")).isEqualTo(100);
  }

  private static String fieldRefused(Runnable reading) {
    ProblemException refused = catchThrowableOfType(ProblemException.class, reading::run);
    assertThat(refused).isNotNull();
    assertThat(refused.problem().status()).isEqualTo(422);
    return String.valueOf(refused.problem().members().get("field"));
  }
}
