package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** G3 and G4: more than one replica decides and enforces as one would. */
class ReplicasTest {
  private static final int CREATIONS = 200;
  private static final int LIMIT = 5;

  private final Cluster cluster = SharedCluster.get();

  @Test
  void twoHundredConcurrentCreationsAgainstALimitOfFiveMakeFiveKeys() throws Exception {
    Organization organization = cluster.people().liveOrganization("incard");
    Member owner = cluster.people().join(organization, "owner");
    var started = new CountDownLatch(1);
    var answers = new ArrayList<Future<Answer>>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CREATIONS; i++) {
        Api replica = cluster.api(Service.COMMAND, i % 2).as(owner.token());
        String name = "key " + i;
        Callable<Answer> creation =
            () -> {
              started.await();
              return replica
                  .with("Prefer", "wait=0")
                  .post(
                      organization.path() + "/keys",
                      Map.of("name", name, "environment", "sandbox"));
            };
        answers.add(clients.submit(creation));
      }
      started.countDown();
    }
    var made = new ArrayList<Answer>();
    for (Future<Answer> future : answers) {
      Answer answer = future.get();
      if (answer.status() == 201) {
        made.add(answer);
      } else {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(409);
        assertThat(answer.text("code")).isEqualTo("key_limit_reached");
      }
    }
    assertThat(made).hasSize(LIMIT);
    long position =
        made.stream()
            .mapToLong(a -> Long.parseLong(a.header("Keyledger-Position")))
            .max()
            .orElseThrow();
    Answer list = owner.api().get(organization.path() + "/keys?at_least=" + position);
    assertThat(list.node("items")).hasSize(LIMIT);
  }

  @Test
  void aKeyMadeThroughOneReplicaIsAtOnceRevokedThroughTheOther() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    for (int i = 0; i < 10; i++) {
      Api one = cluster.api(Service.COMMAND, i % 2).as(owner.token()).with("Prefer", "wait=0");
      Api other =
          cluster.api(Service.COMMAND, (i + 1) % 2).as(owner.token()).with("Prefer", "wait=0");
      Answer created =
          one.post(
              organization.path() + "/keys", Map.of("name", "key " + i, "environment", "live"));
      assertThat(created.status()).as(created.toString()).isEqualTo(201);
      Answer revoked =
          other.post(organization.path() + "/keys/" + created.text("key.id") + "/revoke");
      assertThat(revoked.status()).as(revoked.toString()).isEqualTo(200);
    }
  }

  @Test
  void afterARevokeWasReportedInForceEveryReplicaRefuses() {
    Organization organization = cluster.people().liveOrganization("incrm");
    Member owner = cluster.people().join(organization, "owner");
    for (int i = 0; i < 20; i++) {
      Answer created =
          owner
              .api()
              .post(
                  organization.path() + "/keys", Map.of("name", "key " + i, "environment", "live"));
      assertThat(created.header("Keyledger-In-Force")).as(created.toString()).isEqualTo("true");
      String secret = created.text("secret");
      assertThat(codes(owner, secret)).containsOnly("ok");

      Answer revoked =
          owner.api().post(organization.path() + "/keys/" + created.text("key.id") + "/revoke");
      assertThat(revoked.node("receipt.in_force").asBoolean()).as(revoked.toString()).isTrue();
      assertThat(codes(owner, secret)).containsOnly("revoked");
    }
  }

  @Test
  void aRefreshWhoseAnswerGotLostIsAnsweredAlikeByTheOtherReplicaForTenSeconds() {
    Organization organization = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(organization, "owner");
    String token = cluster.people().session(organization, owner.email()).text("refresh_token");

    Answer answer = refresh(0, token);
    Answer again = refresh(1, token);
    assertThat(again.status()).as(again.toString()).isEqualTo(200);
    for (String field : List.of("access_token", "refresh_token")) {
      assertThat(again.text(field)).isEqualTo(answer.text(field));
    }

    cluster.clock().advance(Duration.ofSeconds(10));
    assertThat(refresh(1, token).text("code")).isEqualTo("refresh_token_reused");
    assertThat(refresh(0, answer.text("refresh_token")).status()).isEqualTo(401);
  }

  private Answer refresh(int replica, String token) {
    return cluster
        .api(Service.TOKEN, replica)
        .post("/v1/sessions/refresh", Map.of("refresh_token", token));
  }

  private List<String> codes(Member caller, String secret) {
    return List.of(code(0, caller, secret), code(1, caller, secret));
  }

  private String code(int replica, Member caller, String secret) {
    return cluster
        .api(Service.TOKEN, replica)
        .as(caller.token())
        .post("/v1/keys/verify", Map.of("key", secret))
        .text("code");
  }
}
