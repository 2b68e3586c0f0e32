package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerKeysTest {
  private static final String MATERIAL =
      Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

  private static List<ServerKey> oneOfEach() {
    var keys = new ArrayList<ServerKey>();
    for (Purpose purpose : Purpose.values()) {
      keys.add(new ServerKey(purpose, "a", State.CURRENT, MATERIAL));
    }
    return keys;
  }

  @Test
  void aPurposeOfWhichNoKeyIsCurrentIsRefusedByName() {
    List<ServerKey> keys = oneOfEach();
    keys.removeIf(k -> k.purpose() == Purpose.PEPPER);
    keys.add(new ServerKey(Purpose.PEPPER, "b", State.RETIRED, MATERIAL));

    assertThatThrownBy(() -> new ServerKeys(false, keys)).hasMessageContaining("PEPPER");
  }

  @Test
  void aServiceKeepsTheKeysOfItsPurposesAloneAndTakesNoFileWithoutOne(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("server-keys.json");
    write(file, new ServerKeys(false, oneOfEach()), 1);
    Set<Purpose> own = Set.of(Purpose.QUERY_TO_TOKEN, Purpose.RECORDS);

    ServerKeysFile keys = ServerKeysFile.read(file, own, true);

    assertThat(keys.get().purposes()).isEqualTo(own);
    assertThatThrownBy(() -> keys.get().current(Purpose.SIGNING)).hasMessageContaining("SIGNING");

    List<ServerKey> fewer = oneOfEach();
    fewer.removeIf(k -> k.purpose() == Purpose.RECORDS);
    write(file, new ServerKeys(false, fewer), 2);
    assertThatThrownBy(keys::refresh).hasMessageContaining("RECORDS");
    assertThat(keys.get().purposes()).isEqualTo(own);
    assertThatThrownBy(() -> ServerKeysFile.read(file, own, true)).hasMessageContaining("RECORDS");
  }

  @Test
  void aShortKeyIsRefusedWithoutBeingShown() {
    List<ServerKey> keys = oneOfEach();
    keys.add(new ServerKey(Purpose.SIGNING, "b", State.NEXT, "c2hvcnQ"));

    assertThatThrownBy(() -> new ServerKeys(false, keys))
        .hasMessageContaining("SIGNING b")
        .hasMessageNotContaining("c2hvcnQ");
  }

  @Test
  void aSigningKeyOfAFileThatNamesNoAlgorithmSignsByEd25519() {
    List<ServerKey> keys = oneOfEach();
    keys.add(new ServerKey(Purpose.SIGNING, "b", State.NEXT, MATERIAL, ServerKeys.Algorithm.ES256));
    byte[] file = EventCodec.mapper().writeValueAsBytes(new ServerKeys(false, keys));

    ServerKeys read = ServerKeys.parse(file);

    assertThat(new String(file, StandardCharsets.UTF_8)).containsOnlyOnce("algorithm");
    assertThat(read.all(Purpose.SIGNING))
        .extracting(ServerKey::signsBy)
        .containsExactly(ServerKeys.Algorithm.EDDSA, ServerKeys.Algorithm.ES256);
  }

  @Test
  void aChangedFileIsTakenUpAndABrokenOneLeavesTheKeysAsTheyWere(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("server-keys.json");
    write(file, new ServerKeys(false, oneOfEach()), 1);
    ServerKeysFile keys = ServerKeysFile.read(file, Set.of(), true);
    assertThat(keys.refresh()).isFalse();

    List<ServerKey> more = oneOfEach();
    more.add(new ServerKey(Purpose.PEPPER, "b", State.NEXT, MATERIAL));
    write(file, new ServerKeys(false, more), 2);
    assertThat(keys.refresh()).isTrue();
    assertThat(keys.get().peppers()).extracting(Pepper::id).containsExactly('a', 'b');

    Files.writeString(file, "{");
    Files.setLastModifiedTime(file, FileTime.fromMillis(3));
    assertThatThrownBy(keys::refresh).isInstanceOf(RuntimeException.class);
    assertThat(keys.get().peppers()).hasSize(2);
  }

  private static void write(Path file, ServerKeys keys, long modified) throws IOException {
    Files.write(file, EventCodec.encode(keys));
    Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
  }

  @Test
  void aKeyThatAllServicesSharedInAnEarlierReleaseIsNobodysAndADifferentPurposeIsNone() {
    String file =
        new String(EventCodec.encode(new ServerKeys(false, oneOfEach())), StandardCharsets.UTF_8);
    String withFormer =
        file.replace(
            "\"keys\":[",
            "\"keys\":[{\"purpose\":\"internal\",\"id\":\"a\",\"state\":\"current\",\"material\":\""
                + MATERIAL
                + "\"},");
    assertThat(withFormer).isNotEqualTo(file);

    assertThat(ServerKeys.parse(withFormer.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new ServerKeys(false, oneOfEach()));
    String unknown = withFormer.replace("\"internal\"", "\"unheard-of\"");
    assertThatThrownBy(() -> ServerKeys.parse(unknown.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventCodec.UnreadableException.class)
        .hasMessageNotContaining(MATERIAL);
  }

  @Test
  void keysPrintWithoutTheirMaterial() {
    assertThat(new ServerKeys(false, oneOfEach()).toString()).doesNotContain(MATERIAL);
  }

  @Test
  void whatIsSealedForOnePersonOpensForNobodyElse() {
    var person = new PersonId("per_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
    var other = new PersonId("per_0190f5c2-7b3a-7c4d-8e5f-0123456789ac");
    SealedText sealed =
        new PersonKey(person, new byte[32]).seal("ada@acme.example", new SecureRandom());

    assertThat(new PersonKey(person, new byte[32]).unseal(sealed)).contains("ada@acme.example");
    assertThat(new PersonKey(other, new byte[32]).unseal(sealed)).isEmpty();
    assertThat(
            new PersonKey(other, new byte[32]).unseal(new SealedText(other, sealed.ciphertext())))
        .isEmpty();
  }
}
