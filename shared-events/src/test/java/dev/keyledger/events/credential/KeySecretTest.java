package dev.keyledger.events.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySecretTest {
  private static final byte[] RANDOM = new byte[32];

  /** Beside the ranges of digits and letters, and what looks like none. */
  private static final String OTHERS = "/:@[`{-_+é";

  static {
    Arrays.fill(RANDOM, (byte) 7);
  }

  private final KeySecret secret = KeySecret.mint("sk_live", 'a', RANDOM);

  @Test
  void aSecretIsPrefixPepperRandomnessAndChecksum() {
    assertThat(secret.text().revealSecret()).matches("sk_live_a[0-9A-Za-z]{43}[0-9A-Za-z]{6}");
    assertThat(secret.keyPrefix()).isEqualTo("sk_live");
    assertThat(secret.pepperId()).isEqualTo('a');
    assertThat(secret.shownPrefix()).hasSize("sk_live_".length() + 7);
  }

  @Test
  void aMintedSecretIsParsedToTheSame() {
    KeySecret parsed = KeySecret.parse(secret.text().revealSecret()).orElseThrow();

    assertThat(parsed.revealBytes()).isEqualTo(secret.revealBytes());
    assertThat(parsed.shownPrefix()).isEqualTo(secret.shownPrefix());
  }

  @Test
  void anyOneCharacterChangedIsJunk() {
    String text = secret.text().revealSecret();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'x' ? 'y' : 'x';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(KeySecret.parse(changed)).as(changed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "_", "sk_live_", "sk_live_short", "Bearer x", "sk_live_é", "eyJ.eyJ.sig"})
  void junkIsRefusedByFormAlone(String text) {
    assertThat(KeySecret.parse(text)).isEmpty();
  }

  @Test
  void randomSecretsOfEveryPrefixComeBack() {
    var random = new SecureRandom();
    for (String prefix : new String[] {"incrm", "sk_test", "oc_production", "kl_platform"}) {
      var bytes = new byte[32];
      random.nextBytes(bytes);
      KeySecret minted = KeySecret.mint(prefix, 'a', bytes);
      assertThat(KeySecret.parse(minted.text().revealSecret()).map(KeySecret::keyPrefix))
          .contains(prefix);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "z", "0", "9", "_", "sk_live", "abcdefghijklmnopqrstuvwxyz_01234"})
  void aPrefixIsOneToThirtyTwoSmallLettersDigitsAndUnderscores(String prefix) {
    String text = KeySecret.mint(prefix, 'a', RANDOM).text().revealSecret();
    assertThat(KeySecret.parse(text).map(KeySecret::keyPrefix)).contains(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "sk`",
        "sk{",
        "sk/",
        "sk:",
        "sk-live",
        "abcdefghijklmnopqrstuvwxyz_012345"
      })
  void noOtherPrefixIsASecretsThoughTheChecksumIsRight(String prefix) {
    String text = KeySecret.mint(prefix, 'a', RANDOM).text().revealSecret();
    assertThat(KeySecret.parse(text)).isEmpty();
  }

  @Test
  void whatIsNoBase62DigitIsNoSecretsThoughTheChecksumIsRight() {
    String random = "sk_live_a" + "7".repeat(42);
    assertThat(KeySecret.parse(checked(random + "7"))).isPresent();
    for (char other : OTHERS.toCharArray()) {
      assertThat(KeySecret.parse(checked(random + other))).as("%s", other).isEmpty();
    }
    assertThat(KeySecret.parse(checked("sk_live-a" + "7".repeat(43)))).isEmpty();
  }

  private static String checked(String start) {
    var crc = new CRC32();
    crc.update(start.getBytes(StandardCharsets.ISO_8859_1));
    var digits = new char[6];
    Base62.encode(crc.getValue(), digits, 0, 6);
    return start + new String(digits);
  }

  @Test
  void aPepperIsNamedByOneBase62Digit() {
    for (char digit : Base62.ALPHABET.toCharArray()) {
      assertThat(KeySecret.isPepperId(digit)).isTrue();
      String text = KeySecret.mint("sk_live", digit, RANDOM).text().revealSecret();
      assertThat(KeySecret.parse(text).map(KeySecret::pepperId)).contains(digit);
    }
    for (char other : OTHERS.toCharArray()) {
      assertThat(KeySecret.isPepperId(other)).as("%s", other).isFalse();
      assertThatThrownBy(() -> KeySecret.mint("sk_live", other, RANDOM))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aSecretTakesThirtyTwoRandomBytes() {
    for (int length : new int[] {0, 31, 33}) {
      assertThatThrownBy(() -> KeySecret.mint("sk_live", 'a', new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatAVerifierIsComputedFromIsTheWholeText() {
    assertThat(new String(secret.revealBytes(), StandardCharsets.US_ASCII))
        .isEqualTo(secret.text().revealSecret());
  }

  @Test
  void secretTextsAreEqualWhereTheTextIs() {
    var text = new SecretText("a secret");
    assertThat(text)
        .isEqualTo(new SecretText("a secret"))
        .hasSameHashCodeAs(new SecretText("another"))
        .isNotEqualTo(new SecretText("another"))
        .isNotEqualTo("a secret");
  }

  @Test
  void itPrintsAsNothing() {
    assertThat(secret + " " + secret.text()).isEqualTo("[key secret] [secret]");
  }
}
