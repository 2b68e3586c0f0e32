package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** An owner bounds how old secrets become, and hears of those that come near it. */
@Timeout(300)
class MaximumAgeDayTest {
  private final Cluster cluster = SharedCluster.get();
  private final Organization organization = cluster.people().liveOrganization("standard");
  private Member owner = cluster.people().join(organization, "owner");

  private Answer made(String name) {
    Answer made =
        owner
            .api()
            .post(organization.path() + "/keys", Map.of("name", name, "environment", "live"));
    assertThat(made.status()).as(made.rawBody()).isEqualTo(201);
    return made;
  }

  private String pathOf(Answer key) {
    return organization.path() + "/keys/" + key.text("key.id");
  }

  private Answer bounded(String query) {
    Answer answer =
        owner
            .api()
            .raw(
                "PATCH",
                organization.path() + "/policy" + query,
                "application/merge-patch+json",
                "{\"keys\":{\"maximum_age\":\"PT744H\"}}");
    assertThat(answer.status()).as(answer.rawBody()).isEqualTo(200);
    return answer;
  }

  /** Sessions end meanwhile. */
  private void later(Duration by) {
    cluster.clock().advance(by);
    owner = cluster.people().join(organization, "owner");
  }

  private String codeOf(Answer issued) {
    return owner.api().post("/v1/keys/verify", Map.of("key", issued.text("secret"))).text("code");
  }

  private JsonNode history(Answer key, String type) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                owner
                    .api()
                    .get(
                        organization.path() + "/events?type=" + type + "&key=" + key.text("key.id"))
                    .node("items"),
            items -> !items.isEmpty())
        .get(0);
  }

  @Test
  void aKeyThatIsNotRotatedInTimeIsToldOfAndExpiresAndOneThatIsLivesOn() {
    Answer old = made("of before");
    Answer foreseen = bounded("?dry_run=true");
    JsonNode touched = foreseen.node("touches.live_secrets").get(0);
    assertThat(touched.path("key").asString()).isEqualTo(old.text("key.id"));
    assertThat(touched.path("ends_at_before").isNull()).isTrue();
    assertThat(Instant.parse(touched.path("ends_at").asString()))
        .isAfterOrEqualTo(Instant.parse(old.text("key.created_at")).plus(Duration.ofDays(30)));

    Answer set = bounded("");
    String at = "?at_least=" + set.header("Keyledger-Position");
    Answer shown = owner.api().get(pathOf(old) + at);
    assertThat(Instant.parse(shown.text("rotate_by")))
        .isEqualTo(Instant.parse(old.text("key.created_at")).plus(Duration.ofDays(31)));
    JsonNode bound =
        owner.api().get(organization.path() + "/policy" + at).node("policy.keys.age_bounds").get(0);
    assertThat(bound.path("maximum_age").asString()).isEqualTo("PT744H");

    cluster.clock().advance(Duration.ofSeconds(1));
    Answer left = made("nobody rotates it");
    Answer kept = made("somebody rotates it");
    assertThat(Instant.parse(left.text("key.rotate_by")))
        .isEqualTo(Instant.parse(left.text("key.created_at")).plus(Duration.ofDays(31)));
    later(Duration.ofHours(25));
    for (Answer key : new Answer[] {left, kept}) {
      JsonNode soon = history(key, "key.ending_soon");
      assertThat(soon.at("/after/days_left").asInt()).isEqualTo(30);
      assertThat(soon.at("/after/expires_by").asString()).isEqualTo("age");
      assertThat(soon.at("/after/due_at").asString()).isEqualTo(key.text("key.rotate_by"));
      assertThat(soon.at("/cause/name").asString()).isEqualTo("age");
      assertThat(soon.at("/actor/kind").asString()).isEqualTo("system");
    }
    Answer rotated = owner.api().post(pathOf(kept) + "/rotate", Map.of());
    assertThat(rotated.status()).as(rotated.rawBody()).isEqualTo(200);
    assertThat(codeOf(left)).isEqualTo("ok");

    later(Duration.ofDays(30));
    assertThat(codeOf(left)).isEqualTo("expired");
    assertThat(codeOf(rotated)).isEqualTo("ok");
    JsonNode expired = history(left, "key.expired");
    assertThat(expired.at("/after/expires_by").asString()).isEqualTo("age");
    assertThat(expired.at("/after/effective_at").asString()).isEqualTo(left.text("key.rotate_by"));
    assertThat(owner.api().get(pathOf(left)).text("status")).isEqualTo("expired");
    assertThat(owner.api().get(pathOf(kept)).text("status")).isEqualTo("active");
    String end = left.text("key.rotate_by");
    String before = Instant.parse(end).minusMillis(1).toString();
    assertThat(owner.api().get(pathOf(left) + "/validity?at=" + before).rawBody())
        .contains("\"code\":\"ok\"");
    assertThat(owner.api().get(pathOf(left) + "/validity?at=" + end).rawBody())
        .contains("\"code\":\"expired\"");
  }
}
