package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7240. */
class PreferTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "wait=0 | 0",
        "wait=7 | 7",
        "wait=30 | 30",
        "wait=31 | 30",
        "wait=999999999 | 30",
        "WAIT = 7 | 7",
        "wait=\"7\" | 7",
        "wait=7;foo=bar | 7",
        "wait=7 ; foo=\"a, b\" | 7",
        "respond-async, wait=7 | 7",
        "wait=7, respond-async | 7",
        "respond-async;wait=9, wait=7 | 7",
        "foo=\"x, wait=9\", wait=7 | 7",
        "foo=\"a\\\", wait=9\", wait=7 | 7",
        "wait=7, wait=9 | 7",
        ", , wait=7 | 7",
      })
  void theClientSaysHowLongItsAnswerMayWait(String header, int seconds) {
    Prefer prefer = Prefer.of(List.of(header));
    assertThat(prefer).isEqualTo(new Prefer(Duration.ofSeconds(seconds), true));
    assertThat(prefer.applied()).isEqualTo("wait=" + seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait",
        "wait=",
        "wait=x",
        "wait=-1",
        "wait=1.5",
        "wait=9999999999",
        "wait=\"7",
        "wait=7 8",
        "waiting=7",
        "await=7",
        "respond-async;wait=7",
        "return=minimal",
        "foo=\"x, wait=9\"",
        "foo=\"x, wait=9",
      })
  void whatMakesNoSenseIsIgnored(String header) {
    assertThat(Prefer.of(List.of(header))).isEqualTo(new Prefer(Duration.ofSeconds(1), false));
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(Prefer.of(List.of("return=minimal", "wait=x", "wait=7", "wait=9")))
        .isEqualTo(new Prefer(Duration.ofSeconds(7), true));
  }

  @Test
  void nothingAskedIsASecond() {
    assertThat(Prefer.of(null)).isEqualTo(new Prefer(Duration.ofSeconds(1), false));
    assertThat(Prefer.of(List.of())).isEqualTo(new Prefer(Duration.ofSeconds(1), false));
  }
}
