package dev.keyledger.events.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySecretTest {
  private static final byte[] RANDOM = new byte[32];

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

  @Test
  void itPrintsAsNothing() {
    assertThat(secret + " " + secret.text()).isEqualTo("[key secret] [secret]");
  }
}
