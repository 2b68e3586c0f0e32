package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What an admin does in a day, by the one base URL that clients know. */
class AdminsDayTest {
  private final Cluster cluster = SharedCluster.get();

  @Test
  void signInCreateUseRotateUseBothCompleteRevokeRefused() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member admin = cluster.people().join(organization, "admin");

    Answer created =
        admin
            .api()
            .post(
                organization.path() + "/keys",
                Map.of(
                    "name", "billing", "environment", "live", "scopes", List.of("clients.read")));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    assertThat(created.header("Keyledger-In-Force")).isEqualTo("true");
    String first = created.text("secret");
    String keyPath = organization.path() + "/keys/" + created.text("key.id");
    assertThat(first).startsWith("incrm_");
    assertThat(use(first).status()).isEqualTo(200);

    Answer rotated = admin.api().post(keyPath + "/rotate", Map.of());
    assertThat(rotated.status()).as(rotated.toString()).isEqualTo(200);
    assertThat(rotated.header("Keyledger-In-Force")).isEqualTo("true");
    String second = rotated.text("secret");
    assertThat(second).isNotEqualTo(first);
    assertThat(use(first).status()).isEqualTo(200);
    assertThat(use(second).status()).isEqualTo(200);

    Answer completed = admin.api().post(keyPath + "/rotation/complete");
    assertThat(completed.status()).as(completed.toString()).isEqualTo(200);
    assertThat(completed.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(use(first).status()).isEqualTo(401);
    assertThat(use(second).status()).isEqualTo(200);

    Answer revoked = admin.api().post(keyPath + "/revoke", Map.of("reason", "end of day"));
    assertThat(revoked.status()).as(revoked.toString()).isEqualTo(200);
    assertThat(revoked.node("receipt.in_force").asBoolean()).isTrue();
    assertThat(revoked.node("receipt.consumers")).isNotEmpty();
    assertThat(use(second).status()).isEqualTo(401);

    String position = revoked.header("Keyledger-Position");
    assertThat(revoked.node("receipt.position").asString()).isEqualTo(position);
    Answer shown = admin.api().get(keyPath + "?at_least=" + position);
    assertThat(shown.text("status")).isEqualTo("revoked");
    Answer list = admin.api().get(organization.path() + "/keys?at_least=" + position);
    assertThat(list.node("items")).hasSize(1);
    Answer history =
        admin
            .api()
            .get(
                organization.path()
                    + "/events?key="
                    + created.text("key.id")
                    + "&at_least="
                    + position);
    assertThat(types(history))
        .containsExactly("key.revoked", "key.rotation_completed", "key.rotated", "key.created");
  }

  private Answer use(String secret) {
    return Api.at(cluster.gateway().base()).with("X-Api-Key", secret).get("/api/v1/client");
  }

  private static List<String> types(Answer page) {
    return StreamSupport.stream(page.node("items").spliterator(), false)
        .map(item -> item.path("type").asString())
        .toList();
  }
}
