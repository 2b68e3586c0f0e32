package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ends by time ends at its time in every process, whichever replica gets to recording it. */
class TimeTest {
  private final Cluster cluster = SharedCluster.get();

  @Test
  void aKeyEndsWhenItExpires() {
    Organization organization = cluster.people().liveOrganization("standard");
    Member before = cluster.people().join(organization, "owner");
    Answer created =
        before
            .api()
            .post(
                organization.path() + "/keys",
                Map.of("name", "short", "environment", "test", "expires_in_days", 1));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    assertThat(verify(before, created.text("secret"))).isEqualTo("ok");

    cluster.clock().advance(Duration.ofHours(25));

    Member after = cluster.people().join(organization, "owner");
    assertThat(verify(after, created.text("secret"))).isEqualTo("expired");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(
                    after
                        .api()
                        .get(organization.path() + "/keys/" + created.text("key.id"))
                        .text("status"))
                .isEqualTo("expired"));
  }

  @Test
  void aSuspendedKeyIsRefusedUntilItsTimeAndThenWorksAgainByItself() {
    Organization organization = cluster.people().liveOrganization("standard");
    Member before = cluster.people().join(organization, "owner");
    Answer created =
        before
            .api()
            .post(organization.path() + "/keys", Map.of("name", "missed?", "environment", "test"));
    String path = organization.path() + "/keys/" + created.text("key.id");
    Answer suspended =
        before
            .api()
            .with("Prefer", "wait=10")
            .post(
                path + "/suspend",
                Map.of(
                    "reason",
                    "who uses it?",
                    "until",
                    cluster.clock().instant().plus(Duration.ofHours(1)).toString()));
    assertThat(suspended.status()).as(suspended.toString()).isEqualTo(200);
    assertThat(suspended.text("key.status")).isEqualTo("suspended");
    assertThat(suspended.text("receipt.in_force")).isEqualTo("true");
    assertThat(verify(before, created.text("secret"))).isEqualTo("key_suspended");
    assertThat(before.api().get(suspended.text("receipt.proof")).status()).isEqualTo(200);
    assertThat(cluster.gateway().as(created.text("secret")).get(organization.path()).rawBody())
        .contains("credential_suspended");

    cluster.clock().advance(Duration.ofHours(1));

    Member after = cluster.people().join(organization, "owner");
    assertThat(verify(after, created.text("secret"))).isEqualTo("ok");
    assertThat(after.api().get(path).text("status")).isEqualTo("active");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(after.api().get(organization.path() + "/events?type=key.resumed").rawBody())
                .contains("\"kind\":\"system\"", "\"name\":\"suspension_over\""));
  }

  @Test
  void theOlderSecretOfARotatingKeyEndsWithItsGracePeriod() {
    Organization organization = cluster.people().liveOrganization("standard");
    Member before = cluster.people().join(organization, "owner");
    Answer created =
        before
            .api()
            .post(organization.path() + "/keys", Map.of("name", "rotating", "environment", "test"));
    Answer rotated =
        before
            .api()
            .post(
                organization.path() + "/keys/" + created.text("key.id") + "/rotate",
                Map.of("grace_period", "PT1H"));
    assertThat(rotated.status()).as(rotated.toString()).isEqualTo(200);
    assertThat(verify(before, created.text("secret"))).isEqualTo("ok");

    cluster.clock().advance(Duration.ofMinutes(61));

    Member after = cluster.people().join(organization, "owner");
    assertThat(verify(after, created.text("secret"))).isNotEqualTo("ok");
    assertThat(verify(after, rotated.text("secret"))).isEqualTo("ok");
  }

  private static String verify(Member caller, String secret) {
    return caller.api().post("/v1/keys/verify", Map.of("key", secret)).text("code");
  }
}
