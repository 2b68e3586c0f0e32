package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keyledger.events.credential.KeySecret;
import org.junit.jupiter.api.Test;

class PepperTest {
  private static final Pepper PEPPER = new Pepper('a', new byte[32]);

  private final KeySecret secret = KeySecret.mint("sk_live", PEPPER.id(), new byte[32]);

  @Test
  void aParsedSecretHasTheVerifierOfTheMintedOne() {
    KeySecret parsed = KeySecret.parse(secret.text().revealSecret()).orElseThrow();

    assertThat(PEPPER.verifierOf(parsed)).isEqualTo(PEPPER.verifierOf(secret)).hasSize(32);
  }

  @Test
  void anotherPepperMakesAnotherVerifier() {
    var other = new byte[32];
    other[0] = 1;

    assertThat(new Pepper('b', other).verifierOf(secret)).isNotEqualTo(PEPPER.verifierOf(secret));
  }

  @Test
  void itIsNamedByOneDigitAndHasThirtyTwoBytes() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pepper('-', new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pepper('a', new byte[31]));
  }
}
