package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.identity.people.DataKeys.Wrapped;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataKeysTest {
  private final TestServerKeys serverKeys = new TestServerKeys();
  private final DataKeys keys = new DataKeys(serverKeys, new SecureRandom());
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final byte[] material = keys.newMaterial();

  @Test
  void everyDataKeyIsThirtyTwoRandomBytes() {
    var seen = new HashSet<List<Byte>>();
    for (int i = 0; i < 100; i++) {
      byte[] one = keys.newMaterial();
      assertThat(one).hasSize(32);
      seen.add(boxed(one));
    }
    assertThat(seen).hasSize(100);
  }

  private static List<Byte> boxed(byte[] bytes) {
    var boxed = new Byte[bytes.length];
    Arrays.setAll(boxed, i -> bytes[i]);
    return List.of(boxed);
  }

  @Test
  void aDataKeyIsWrappedAnewEachTimeAndForItsPersonAlone() {
    Wrapped one = keys.wrap(person, material);
    assertThat(one.key()).isEqualTo(keys.currentKey());
    assertThat(keys.unwrap(person, one)).isEqualTo(material);
    var nonces = new HashSet<List<Byte>>();
    for (int i = 0; i < 100; i++) {
      nonces.add(boxed(Arrays.copyOf(keys.wrap(person, material).bytes(), 12)));
    }
    assertThat(nonces).hasSize(100);
    var other = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    assertThatThrownBy(() -> keys.unwrap(other, one)).isInstanceOf(IllegalStateException.class);
    byte[] changed = one.bytes().clone();
    changed[20] ^= 1;
    assertThatThrownBy(() -> keys.unwrap(person, new Wrapped(changed, one.key())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatAnEarlierServerKeyWrappedIsUnwrappedUntilThatKeyIsGone() {
    Wrapped before = keys.wrap(person, material);
    serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(keys.wrap(person, material).key()).isNotEqualTo(before.key());
    assertThat(keys.unwrap(person, before)).isEqualTo(material);
    serverKeys.dropRetired(Purpose.PERSON_WRAPPING);
    assertThatThrownBy(() -> keys.unwrap(person, before))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(before.key());
  }

  @Test
  void anAddressIsFoundByItsIndexUnderEachServerKeyAndByNothingElse() {
    byte[] index = keys.index("address", "mia@acme.example").bytes();
    assertThat(keys.index("address", "mia@acme.example").key()).isEqualTo(keys.currentKey());
    assertThat(keys.indexes("address", "mia@acme.example")).containsExactly(index);
    assertThat(keys.indexes("address", "ada@acme.example")).doesNotContain(index);
    assertThat(keys.indexes("another", "mia@acme.example")).doesNotContain(index);
    serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(keys.index("address", "mia@acme.example").bytes()).isNotEqualTo(index);
    assertThat(keys.indexes("address", "mia@acme.example")).hasSize(2).contains(index);
  }

  @Test
  void aLockIsTheSameUnderWhateverServerKey() {
    assertThat(DataKeys.lockName("mia@acme.example"))
        .isEqualTo(DataKeys.lockName("mia@acme.example"))
        .isNotEqualTo(DataKeys.lockName("ada@acme.example"))
        .hasSize(32);
  }
}
