package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Credential;
import dev.keyledger.client.KeyledgerClient;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
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

/** A tenant's service that follows what ends, through the gateway, without Kafka. */
@Timeout(300)
class FeedsTest {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(Layout.single().with(Service.DELIVERY, 1).with(Service.DOWNSTREAM, 0));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String follower(String name) {
    return cluster.people().platformService(name, List.of("keys.verify"));
  }

  /** A client that asks nobody about signed tokens: where token-service isn't, all else fails. */
  private static Authenticator alone(KeyledgerClient client, HttpRevocations followed) {
    return client
        .withUrl(cluster.gateway().base())
        .withRevocations(followed, LONGEST)
        .authenticator();
  }

  private static int status(Authenticator authenticator, String token) {
    try {
      authenticator.authenticate(Credential.of(token), RequestContext.from("127.0.0.1"));
      return 200;
    } catch (AccessRefusedException e) {
      return e.status();
    }
  }

  private static JsonNode page(String key, String after) {
    return cluster
        .gateway()
        .as(key)
        .with("Prefer", "wait=20")
        .get("/v1/revocations" + (after.isEmpty() ? "" : "?after=" + after))
        .body();
  }

  @Test
  void aSessionThatHasEndedIsRefusedByAClientThatFollowsAndAsksNobody() {
    Organization organization = cluster.people().liveOrganization("incrm");
    var client =
        KeyledgerClient.of(
            cluster.gateway().base().toString(), new SecretText(follower("follower")));
    try (HttpRevocations followed = client.follow(LONGEST, BOUND)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> followed.isReady() && followed.isStreaming());
      Authenticator authenticator = alone(client, followed);
      var delays = new ArrayList<Long>();
      for (int i = 0; i < 5; i++) {
        Member member = cluster.people().join(organization, "developer");
        assertThat(status(authenticator, member.token())).isEqualTo(200);
        assertThat(member.api().delete("/v1/sessions/current").status()).isEqualTo(204);
        long ended = System.nanoTime();
        await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofSeconds(20))
            .until(() -> status(authenticator, member.token()) == 401);
        delays.add((System.nanoTime() - ended) / 1_000_000);
        assertThat(followed.isFresh()).isTrue();
      }
      // By a stream, and not by the next page, which comes every two and a half seconds.
      assertThat(delays.stream().sorted().toList().get(2)).as("%s", delays).isLessThan(1_000L);
    }
  }

  @Test
  void anOrganizationsOwnKeyHearsOfItsOwnAndNothingElse() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Organization other = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    Member stranger = cluster.people().join(other, "owner");
    String own = key(owner, organization).text("secret");
    String after = page0(own);
    for (Member member : List.of(stranger, owner)) {
      Organization of = member == owner ? organization : other;
      Answer made = key(member, of);
      member.api().post(of.path() + "/keys/" + made.text("key.id") + "/revoke");
    }
    JsonNode told = page(own, after);
    assertThat(told.path("revocations")).isNotEmpty();
    assertThat(told.path("revocations"))
        .allSatisfy(
            one -> assertThat(one.path("organization").asString()).isEqualTo(organization.id()));
    assertThat(told.toString()).doesNotContain("secret");
  }

  private static String page0(String key) {
    return cluster.gateway().as(key).get("/v1/revocations").text("next");
  }

  private static Answer key(Member member, Organization organization) {
    return member
        .api()
        .post(organization.path() + "/keys", Map.of("name", "a key", "environment", "live"));
  }

  @Test
  void whatEndsWhileTheServiceIsKilledIsToldWhenItIsBackAndNothingIsTrustedMeanwhile() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member member = cluster.people().join(organization, "developer");
    Member other = cluster.people().join(organization, "developer");
    var client =
        KeyledgerClient.of(
            cluster.gateway().base().toString(), new SecretText(follower("follower of a fault")));
    try (HttpRevocations followed = client.follow(LONGEST, Duration.ofSeconds(2))) {
      await().atMost(Duration.ofSeconds(60)).until(followed::isReady);
      cluster.replica(Service.DELIVERY, 0).process().kill();
      assertThat(member.api().delete("/v1/sessions/current").status()).isEqualTo(204);
      Authenticator authenticator = alone(client, followed);
      // Past its bound it asks, and so refuses what has ended.
      await().atMost(Duration.ofSeconds(20)).until(() -> !followed.isFresh());
      assertThat(status(authenticator, member.token())).isEqualTo(401);
      assertThat(status(authenticator, other.token())).isEqualTo(200);

      cluster.restart(Service.DELIVERY, 0);
      cluster.awaitReady();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> followed.isFresh() && followed.isStreaming());
      assertThat(status(authenticator, member.token())).isEqualTo(401);
      assertThat(status(authenticator, other.token())).isEqualTo(200);
    }
  }

  @Test
  void aFollowerThatGoesLeavesNothingBehindAtTheGatewayOrBehindIt() {
    String key = follower("follower that goes");
    Api delivery = cluster.api(Service.DELIVERY, 0);
    assertThat(delivery.as(key).get("/v1/revocations").status()).isEqualTo(200);
    var client = KeyledgerClient.of(cluster.gateway().base().toString(), new SecretText(key));
    long before = streams();
    for (int i = 0; i < 20; i++) {
      try (HttpRevocations followed = client.follow(LONGEST, BOUND)) {
        await().atMost(Duration.ofSeconds(60)).until(followed::isStreaming);
      }
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> streams() <= before);
  }

  private static long streams() {
    String metrics =
        Api.at(cluster.replica(Service.DELIVERY, 0).managementUri())
            .get("/actuator/prometheus")
            .rawBody();
    return metrics
        .lines()
        .filter(line -> line.startsWith("keyledger_feed_streams"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
