package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Server keys succeed one another while everything runs; what the older ones made stays good. */
class ServerKeysTest {
  private final Cluster cluster = SharedCluster.get();
  private final ServerKeySuccession succession = new ServerKeySuccession(new SecureRandom());

  @Test
  void allServerKeysAreSucceededWhileTheOldSecretsAndTokensGoOnWorking() {
    Organization organization = cluster.people().liveOrganization("standard");
    Member member = cluster.people().join(organization, "owner");
    String keys = organization.path() + "/keys";
    Answer old = member.api().post(keys, Map.of("name", "before", "environment", "test"));
    assertThat(old.status()).as(old.toString()).isEqualTo(201);

    ServerKeys before = cluster.serverKeys();
    ServerKeys announced = before;
    for (Purpose purpose : Purpose.values()) {
      announced = succession.withNext(announced, purpose);
    }
    String next =
        announced.all(Purpose.SIGNING).stream()
            .filter(key -> key.state() == ServerKeys.State.NEXT)
            .findFirst()
            .orElseThrow()
            .id();
    ServerKeySuccession.write(cluster.serverKeysFile(), announced);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(published(0)).contains(next);
          assertThat(published(1)).contains(next);
        });
    ServerKeys advanced = announced;
    for (Purpose purpose : Purpose.values()) {
      advanced = succession.advanced(advanced, purpose);
    }
    ServerKeySuccession.write(cluster.serverKeysFile(), advanced);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          Answer made = member.api().post(keys, Map.of("name", "after", "environment", "test"));
          assertThat(made.status()).as(made.toString()).isEqualTo(201);
          assertThat(pepperOf(made)).isNotEqualTo(pepperOf(old));
          assertThat(verify(member, made)).isEqualTo("ok");
        });

    assertThat(verify(member, old)).isEqualTo("ok");
    Member another = cluster.people().join(organization, "developer");
    assertThat(verify(another, old)).isEqualTo("ok");
    assertThat(member.api().get(organization.path()).status()).isEqualTo(200);
    assertThat(published(0)).contains(before.current(Purpose.SIGNING).id(), next);
  }

  /** The first character after the prefix names the pepper. */
  private static String pepperOf(Answer created) {
    String secret = created.text("secret");
    int random = secret.lastIndexOf('_') + 1;
    return secret.substring(random, random + 1);
  }

  private static String verify(Member caller, Answer created) {
    return caller.api().post("/v1/keys/verify", Map.of("key", created.text("secret"))).text("code");
  }

  private List<String> published(int replica) {
    Answer jwks = cluster.api(Service.TOKEN, replica).get("/.well-known/jwks.json");
    return StreamSupport.stream(jwks.node("keys").spliterator(), false)
        .map(key -> key.path("kid").asString())
        .toList();
  }
}
