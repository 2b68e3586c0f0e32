package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpCodesTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  private final TotpCodes codes = new TotpCodes();

  /** The last six of the eight digits that the RFC shows. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void rfc6238AppendixB(long seconds, String code) {
    assertThat(codes.codeOf(SECRET, seconds / 30)).isEqualTo(code);
    assertThat(codes.stepsOf(code, SECRET, Instant.ofEpochSecond(seconds))).contains(seconds / 30);
  }

  @Test
  void whatIsNoCodeIsNoStepsCode() {
    assertThat(codes.stepsOf("", SECRET, Instant.EPOCH)).isEmpty();
    assertThat(codes.stepsOf("２８７０８２", SECRET, Instant.ofEpochSecond(59))).isEmpty();
    assertThat(codes.stepsOf(" 287082", SECRET, Instant.ofEpochSecond(59))).isEmpty();
  }
}
