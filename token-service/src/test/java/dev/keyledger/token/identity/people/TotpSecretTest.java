package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TotpSecretTest {
  @ParameterizedTest
  @CsvSource({
    "f, MY",
    "fo, MZXQ",
    "foo, MZXW6",
    "foob, MZXW6YQ",
    "fooba, MZXW6YTB",
    "foobar, MZXW6YTBOI"
  })
  void rfc4648Section10(String text, String base32) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(TotpSecret.encode(bytes)).isEqualTo(base32);
    assertThat(TotpSecret.decode(base32)).isEqualTo(bytes);
  }

  /** Small letters, digits beside the alphabet, padding, white space, bits and letters too many. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mzxw6ytb",
        "MZXW6YT1",
        "MZXW6YT8",
        "MZXW6YQ=",
        "MZXW 6YTB",
        "MZXW6YTB\n",
        "MZXW6YTÄ",
        "MZ",
        "A",
        "MZXW6YTBA"
      })
  void whatCouldBeReadTwiceIsNoSecret(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TotpSecret.decode(text))
        .withMessageNotContaining(text);
  }
}
