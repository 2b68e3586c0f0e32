package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.ProofVerifier;
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

  @Test
  void aReceiptLeadsToTheProofOfTheRevocation() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Api owner = cluster.people().join(organization, "owner").api();
    Answer created = newKey(owner, organization);
    String key = created.text("key.id");
    String path = organization.path() + "/keys/" + key + "/revoke";
    Answer revoked = owner.post(path, Map.of("reason", "found"));
    String other = newKey(owner, organization).text("key.id");
    // Once more changes nothing, and is answered with a position behind the revocation's.
    for (Answer answer : List.of(revoked, owner.post(path))) {
      Answer file = owner.with("Accept", "text/plain").get(answer.text("receipt.proof"));
      assertThat(file.status()).as(file.toString()).isEqualTo(200);
      NoteVerifier log =
          NoteVerifier.parse(
              owner.get(organization.path() + "/log/keys").node("keys").path(0).asString());
      ExportReport report =
          new ProofVerifier(new ExportTrust(List.of(log), List.of(), List.of(), 0, List.of()))
              .verify(file.rawBody(), null);
      assertThat(report.faults()).isEmpty();
      assertThat(report.from()).isEqualTo(revoked.node("receipt.position").asLong());
      assertThat(InclusionProof.parse(file.rawBody()).carriedText())
          .contains("\"key.revoked\"")
          .contains(key);
    }
    Answer none = owner.get(organization.path() + "/log/proof?key=" + other);
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.text("code")).isEqualTo("event_not_found");
  }

  private static Answer newKey(Api owner, Organization organization) {
    Answer created =
        owner.post(
            organization.path() + "/keys",
            Map.of("name", "billing", "environment", "live", "scopes", List.of("clients.read")));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created;
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
