package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SubscriptionSecretsTest {
  private static final OrganizationId ORGANIZATION = OrganizationId.of(uuid(1));
  private static final SubscriptionId SUBSCRIPTION = SubscriptionId.of(uuid(2));
  private static final byte[] SECRET =
      "thirty-two bytes, drawn for this".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONCE = new byte[SubscriptionSecrets.NONCE];

  private final List<ServerKey> keys = new ArrayList<>(List.of(key("a", State.CURRENT, 1)));
  private final SubscriptionSecrets secrets =
      new SubscriptionSecrets(() -> new ServerKeys(false, keys));

  private static UUID uuid(int number) {
    return new UUID(0x0190_f5c2_7b3a_7000L, 0x8000_0000_0000_0000L + number);
  }

  private static ServerKey key(String id, State state, int filledWith) {
    var material = new byte[32];
    Arrays.fill(material, (byte) filledWith);
    return new ServerKey(
        Purpose.SUBSCRIPTION_SECRETS,
        id,
        state,
        Base64.getUrlEncoder().withoutPadding().encodeToString(material));
  }

  private String sealed() {
    return secrets.sealing().seal(ORGANIZATION, SUBSCRIPTION, 1, SECRET, NONCE);
  }

  @Test
  void whatIsSealedIsOpenedAndShowsNothing() {
    String sealed = sealed();

    assertThat(secrets.open(ORGANIZATION, SUBSCRIPTION, 1, sealed).orElseThrow()).isEqualTo(SECRET);
    assertThat(sealed)
        .startsWith("a.")
        .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET));
  }

  @Test
  void itIsOpenedForNothingElse() {
    String sealed = sealed();

    assertThat(secrets.open(OrganizationId.of(uuid(3)), SUBSCRIPTION, 1, sealed)).isEmpty();
    assertThat(secrets.open(ORGANIZATION, SubscriptionId.of(uuid(3)), 1, sealed)).isEmpty();
    assertThat(secrets.open(ORGANIZATION, SUBSCRIPTION, 2, sealed)).isEmpty();
    char other = sealed.endsWith("A") ? 'B' : 'A';
    for (String torn :
        List.of(
            "",
            ".",
            "a.",
            "a.AAAA",
            "a.%",
            "b" + sealed.substring(1),
            sealed.substring(2),
            sealed.substring(0, sealed.length() - 2) + other + other)) {
      assertThat(secrets.open(ORGANIZATION, SUBSCRIPTION, 1, torn)).isEmpty();
    }
  }

  @Test
  void whatARetiredKeyHasSealedIsOpenedForAsLongAsThatIsThere() {
    String sealed = sealed();
    keys.set(0, key("a", State.RETIRED, 1));
    keys.add(key("b", State.CURRENT, 2));

    assertThat(sealed()).startsWith("b.");
    assertThat(secrets.open(ORGANIZATION, SUBSCRIPTION, 1, sealed)).isPresent();
    keys.removeFirst();
    assertThat(secrets.open(ORGANIZATION, SUBSCRIPTION, 1, sealed)).isEmpty();
  }
}
