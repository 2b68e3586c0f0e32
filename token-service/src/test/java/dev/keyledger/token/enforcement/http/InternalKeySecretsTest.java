package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose key a secret belongs to, by its verifier: for command-service alone. */
class InternalKeySecretsTest extends EnforcementTest {
  private static final String PATH = "/internal/v1/keys/of-secrets";

  private static String verifierOf(String secret) {
    return SERVER_KEYS
        .get()
        .currentPepper()
        .encodedVerifierOf(KeySecret.parse(secret).orElseThrow());
  }

  private static Answer ask(List<String> verifiers) {
    String token = InternalCallsTest.token(ServicePair.COMMAND_TO_TOKEN, SERVER_KEYS);
    return send(
        json(PATH, Map.of("verifiers", verifiers)).header("Authorization", "Bearer " + token));
  }

  @Test
  void bothSecretsOfAKeyAreItsAndThoseOfAnEndedOneAreNotLive() {
    TestTenant tenant = tenant();
    TestTenant.Key rotating = published(tenant.key("live"));
    String older = rotating.secret;
    publish(rotating.rotated(CLOCK.instant().plus(Duration.ofHours(1))));
    TestTenant.Key revoked = published(tenant.key("test"));
    publish(revoked.revoked());
    String nobodys = tenant.key("live").secret;

    Answer answer =
        ask(
            Stream.of(older, nobodys, rotating.secret, revoked.secret)
                .map(InternalKeySecretsTest::verifierOf)
                .toList());

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("complete").asBoolean()).isTrue();
    var found = new ArrayList<String>();
    for (var one : answer.json().path("keys")) {
      assertThat(one.path("organization").asString()).isEqualTo(tenant.id.value());
      found.add(
          one.path("verifier").asString()
              + one.path("key").asString()
              + one.path("live").asBoolean());
    }
    assertThat(found)
        .containsExactly(
            verifierOf(older) + rotating.id + true,
            verifierOf(rotating.secret) + rotating.id + true,
            verifierOf(revoked.secret) + revoked.id + false);
  }

  @Test
  void aThousandAreAskedAboutAtOnceAndEachIsAVerifier() {
    String verifier = verifierOf(tenant().key("live").secret);
    assertThat(ask(Collections.nCopies(1_000, verifier)).status()).isEqualTo(200);
    assertThat(ask(Collections.nCopies(1_001, verifier)).field("field")).isEqualTo("verifiers");
    assertThat(ask(List.of("AAAA")).field("field")).isEqualTo("verifiers");
    assertThat(ask(List.of("no base64url")).field("field")).isEqualTo("verifiers");
  }
}
