package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A tenant's service that follows its organisation's events, through the gateway. */
@Timeout(300)
class FollowedEventsTest {
  private static Cluster cluster;

  private final Organization organization = cluster.people().liveOrganization("incrm");
  private final Member owner = cluster.people().join(organization, "owner");
  private final String path = organization.path() + "/events/stream";

  @BeforeAll
  static void start() {
    cluster = Cluster.start(Layout.single().with(Service.DELIVERY, 1).with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A key is made; says at which position. */
  private long happens() {
    Api.Answer made =
        owner
            .api()
            .post(organization.path() + "/keys", Map.of("name", "a key", "environment", "live"));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return Long.parseLong(made.header("Keyledger-Position"));
  }

  private JsonNode page(String query) {
    Api.Answer answer = owner.api().with("Prefer", "wait=20").get(path + query);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.body();
  }

  /** All of them up to a position, a few at a time. */
  private List<JsonNode> followed(long after, long upTo) {
    var all = new ArrayList<JsonNode>();
    long at = after;
    while (at < upTo) {
      JsonNode page = page("?limit=3&after=" + at);
      page.path("events").forEach(all::add);
      at = page.path("next").asLong();
    }
    return all;
  }

  private static List<String> ids(Iterable<JsonNode> events) {
    var ids = new ArrayList<String>();
    events.forEach(one -> ids.add(one.path("id").asString()));
    return ids;
  }

  @Test
  void whatIsToldIsHistoryInItsOrderWithTheSameIds() {
    happens();
    long last = happens();
    List<JsonNode> told = followed(-1, last);
    JsonNode history =
        owner
            .api()
            .get(organization.path() + "/events?order=oldest&limit=100&at_least=" + last)
            .body()
            .path("items");
    assertThat(ids(told)).isEqualTo(ids(history));
    for (int i = 0; i < told.size(); i++) {
      assertThat(told.get(i).path("position").asLong()).isEqualTo(i);
      assertThat(told.get(i).path("previous").asLong(-1)).isEqualTo(i - 1L);
    }
    assertThat(told.toString()).doesNotContain(owner.email(), "verifier");

    List<String> lines =
        owner
            .api()
            .with("Accept", "text/event-stream")
            .with("Last-Event-ID", String.valueOf(last - 2))
            .linesUntil(path, "event: heartbeat");
    assertThat(lines).contains("id: " + (last - 1), "id: " + last, "event: event");
  }

  @Test
  void whatHappensWhileTheServiceIsKilledIsToldWhenItIsBack() {
    long before = happens();
    assertThat(followed(before - 1, before)).hasSize(1);
    cluster.replica(Service.DELIVERY, 0).process().kill();
    happens();
    long last = happens();
    cluster.restart(Service.DELIVERY, 0);
    cluster.awaitReady();
    assertThat(followed(before, last)).hasSize(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> owner.api().get(path + "?after=" + last).body().path("fresh").asBoolean());
  }
}
