package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerKeySuccessionTest {
  /** One for all: a key of RSA takes long to make. */
  private static final ServerKeys FRESH = new ServerKeySuccession(new SecureRandom()).fresh(true);

  private final ServerKeySuccession succession = new ServerKeySuccession(new SecureRandom());

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void theCurrentKeyRetiresWhenItsSuccessorTakesOver(Purpose purpose) {
    ServerKeys first = FRESH;
    ServerKeys announced = succession.withNext(first, purpose);
    ServerKeys second = succession.advanced(announced, purpose);

    ServerKey old = first.current(purpose);
    assertThat(announced.current(purpose)).isEqualTo(old);
    assertThat(second.current(purpose).id()).isNotEqualTo(old.id());
    assertThat(second.find(purpose, old.id()).orElseThrow().state()).isEqualTo(State.RETIRED);
    assertThat(second.find(purpose, old.id()).orElseThrow().material()).isEqualTo(old.material());
  }

  @Test
  void aSigningKeyMayBeSucceededByOneOfAnotherKindWhoseSuccessorsAreLikeIt() {
    ServerKeys announced = succession.withNextSigning(FRESH, ServerKeys.Algorithm.ES256);
    ServerKeys advanced = succession.advanced(announced, Purpose.SIGNING);
    assertThat(advanced.current(Purpose.SIGNING).signsBy()).isEqualTo(ServerKeys.Algorithm.ES256);

    ServerKeys again =
        succession.advanced(succession.withNext(advanced, Purpose.SIGNING), Purpose.SIGNING);
    assertThat(again.current(Purpose.SIGNING).signsBy()).isEqualTo(ServerKeys.Algorithm.ES256);
    assertThat(again.all(Purpose.SIGNING).getFirst().signsBy())
        .isEqualTo(ServerKeys.Algorithm.EDDSA);
  }

  @Test
  void aKeyForSecurityEventsIsOfRsaWithBitsEnough() {
    SecurityEventKey key = SecurityEventKey.of(FRESH.current(Purpose.SECURITY_EVENTS));
    assertThat(key.privateKey().getModulus().bitLength()).isEqualTo(2_048);
    assertThat(key.jwk()).doesNotContainKeys("d", "p", "q");
    assertThatThrownBy(() -> SecurityEventKey.of(FRESH.current(Purpose.RECORDS)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void announcingTwiceAnnouncesOneSuccessor() {
    ServerKeys once = succession.withNext(FRESH, Purpose.SIGNING);
    assertThat(succession.withNext(once, Purpose.SIGNING)).isEqualTo(once);
  }

  @Test
  void productionHasNoKeyForWhoMakesTheDemonstrationsData() {
    Set<Purpose> production = EnumSet.complementOf(EnumSet.of(Purpose.SEEDER_TO_TOKEN));
    assertThat(succession.fresh(false).purposes()).isEqualTo(production);
    assertThat(succession.completed(succession.fresh(false)).purposes()).isEqualTo(production);
    assertThat(FRESH.purposes()).containsExactlyInAnyOrder(Purpose.values());
  }

  @Test
  void nobodySucceedsWithoutHavingBeenAnnounced() {
    assertThatThrownBy(() -> succession.advanced(FRESH, Purpose.SIGNING))
        .hasMessage("no next key of purpose SIGNING");
  }

  @Test
  void peppersHaveAllDigitsAndThenRunOut() {
    ServerKeys keys = FRESH;
    for (int i = 1; i < 62; i++) {
      keys = succession.advanced(succession.withNext(keys, Purpose.PEPPER), Purpose.PEPPER);
    }
    ServerKeys full = keys;
    assertThat(full.peppers()).hasSize(62);
    assertThatThrownBy(() -> succession.withNext(full, Purpose.PEPPER))
        .hasMessageContaining("all 62 ids of peppers are taken");
  }

  @Test
  void theFileIsItsOwnersAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("server-keys.json");
    ServerKeys keys = FRESH;
    ServerKeySuccession.write(file, keys);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ServerKeys.parse(Files.readAllBytes(file))).isEqualTo(keys);
  }
}
