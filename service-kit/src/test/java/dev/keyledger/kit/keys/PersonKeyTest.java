package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonKeyTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final byte[] material = material();
  private final PersonKey key = new PersonKey(person, material);

  private static byte[] material() {
    var material = new byte[32];
    RANDOM.nextBytes(material);
    return material;
  }

  private static byte[] bytesOf(SealedText sealed) {
    return Base64.getUrlDecoder().decode(sealed.ciphertext());
  }

  private SealedText sealed(byte[] bytes) {
    return new SealedText(person, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mia@acme.example", "Zoë 😀"})
  void whatIsSealedIsUnsealedByTheSameKeyAlone(String text) {
    SealedText sealed = key.seal(text, RANDOM);
    assertThat(sealed.person()).isEqualTo(person);
    assertThat(key.unseal(sealed)).contains(text);
    assertThat(new PersonKey(person, material).unseal(sealed)).contains(text);
    assertThat(new PersonKey(person, material()).unseal(sealed)).isEmpty();
  }

  @Test
  void aSealedTextIsItsPersonsAndCannotBeGivenToAnother() {
    var other = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    SealedText sealed = key.seal("mia@acme.example", RANDOM);
    var given = new SealedText(other, sealed.ciphertext());
    assertThat(key.unseal(given)).isEmpty();
    assertThat(new PersonKey(other, material).unseal(given)).isEmpty();
  }

  /** RFC 2104, in two steps, as whoever stores it expects to find it again. */
  @Test
  void anIndexIsOfItsKeyItsPurposeAndItsTextAlone() throws Exception {
    byte[] index = key.index("networks", "10.0.0.0/8");

    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(material, "HmacSHA256"));
    byte[] derived = mac.doFinal("keyledger index of networks".getBytes(StandardCharsets.UTF_8));
    mac.init(new SecretKeySpec(derived, "HmacSHA256"));
    assertThat(index).isEqualTo(mac.doFinal("10.0.0.0/8".getBytes(StandardCharsets.UTF_8)));
    assertThat(new PersonKey(person, material).index("networks", "10.0.0.0/8")).isEqualTo(index);
    assertThat(key.index("networks", "10.0.0.0/16")).isNotEqualTo(index);
    assertThat(key.index("names", "10.0.0.0/8")).isNotEqualTo(index);
    assertThat(new PersonKey(person, material()).index("networks", "10.0.0.0/8"))
        .isNotEqualTo(index);
  }

  /** Under GCM a nonce that comes twice gives both texts away, and the key that proves them. */
  @Test
  void noNonceComesTwice() {
    var nonces = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      byte[] sealed = bytesOf(key.seal("the same", RANDOM));
      nonces.add(new String(Arrays.copyOf(sealed, 12), StandardCharsets.ISO_8859_1));
    }
    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void whatWasChangedOrCutIsNoSealedText() {
    byte[] sealed = bytesOf(key.seal("mia", RANDOM));
    assertThat(sealed).hasSize(12 + 3 + 16);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(key.unseal(sealed(changed))).isEmpty();
      assertThat(key.unseal(sealed(Arrays.copyOf(sealed, i)))).isEmpty();
    }
    assertThat(key.unseal(new SealedText(person, "not base64url!"))).isEmpty();
  }

  @Test
  void aKeyHasThirtyTwoBytes() {
    for (int length : new int[] {0, 16, 31, 33}) {
      assertThatThrownBy(() -> new PersonKey(person, new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
