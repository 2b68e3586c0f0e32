package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann\u200B@example.com",
        "\u202Enna@example.com",
        "ann@exam\u00ADple.com",
        "ann@example\u2060.com",
        "ann\uFEFF@example.com"
      })
  void anAddressThatLooksLikeAnotherIsNone(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
  }
}
