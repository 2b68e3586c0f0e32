package dev.keyledger.client.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactFormTest {
  @Test
  void whatAnEncoderWritesIsCanonicalAndNoOtherLastLetterIsOfTheSameBytes() {
    var random = new Random(26);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int length = 0; length < 70; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      assertThat(CompactForm.isCanonical(text)).isTrue();
      assertThat(CompactForm.isCanonical("ey." + text))
          .as("two letters, of which y is none")
          .isFalse();
      for (int i = 0; i < 64 && length > 0; i++) {
        String other = text.substring(0, text.length() - 1) + alphabet.charAt(i);
        boolean same = java.util.Arrays.equals(Base64.getUrlDecoder().decode(other), bytes);
        assertThat(CompactForm.isCanonical(other) && same).isEqualTo(other.equals(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "QQ==",
        "QQ=",
        "Q",
        "QQQQQ",
        "Q Q",
        "Q\nQQ",
        "++++",
        "////",
        "QQ\u00DF",
        "eyJh.QR"
      })
  void paddingOtherAlphabetsAndUnreadBitsAreNot(String text) {
    assertThat(CompactForm.isCanonical(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "eyJh.QQ.QQQ", "eyJh..QQ.QQ.QQ"})
  void partsMayBeEmpty(String text) {
    assertThat(CompactForm.isCanonical(text)).isTrue();
  }
}
