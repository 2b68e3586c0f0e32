package dev.keyledger.events.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SecretNameTest {
  private static String encoded(byte... verifier) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(verifier);
  }

  @Test
  void aSecretIsNamedByTheFirstEightBytesOfItsVerifierAlone() {
    byte[] verifier = new byte[32];
    Arrays.fill(verifier, (byte) 0xff);
    assertThat(SecretName.of(encoded(verifier))).isEqualTo("3w5e11264sgsf");
    verifier[8] = 0;
    assertThat(SecretName.of(encoded(verifier))).isEqualTo("3w5e11264sgsf");
    verifier[0] = 0;
    assertThat(SecretName.of(encoded(verifier)))
        .isEqualTo(SecretName.of(0x00ff_ffff_ffff_ffffL))
        .isNotEqualTo("3w5e11264sgsf");
    assertThat(SecretName.of(encoded(new byte[8]))).isEqualTo("0");
  }

  @Test
  void whatIsNoVerifierNamesNoSecret() {
    assertThatThrownBy(() -> SecretName.of(encoded(new byte[7])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SecretName.of("not base64url!"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
