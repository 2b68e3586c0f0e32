package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.DescribedRecords;
import dev.keyledger.testing.Hunt;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testing.TopicRecords;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * G6: known secrets are used as they should be and sent where they should not be, to every endpoint
 * there is; afterwards no log, table, topic, metric or error holds one.
 */
class SecretsTest {
  private final Cluster cluster = SharedCluster.get();
  private final Hunt hunt = new Hunt();

  @Test
  void noSecretStaysAnywhere() throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(organization, "owner");
    plantWhatServersKnow();
    List<String> credentials = useEverything(organization, owner);
    for (String secret : credentials) {
      sendToEveryEndpoint(secret, owner.token());
    }
    hunt.searchEverything(cluster);
    assertThat(hunt.found().stream().distinct()).isEmpty();
  }

  /** The control: what is there is found, in each kind of place. */
  @Test
  void theHuntFindsWhatIsNotSecret() throws Exception {
    Organization organization = cluster.people().liveOrganization("standard");
    cluster.people().join(organization, "owner");
    hunt.plant("the organisation's id", organization.id());
    hunt.plant("the name of a metric", "jvm_memory_used_bytes");
    hunt.plant("a line of every service's log", "Started ");
    hunt.searchEverything(cluster);
    assertThat(hunt.found())
        .contains(
            "the organisation's id in table command.event",
            "the organisation's id in values on keyledger.events.v1",
            "the organisation's id in headers on keyledger.access.v1",
            "the name of a metric in metrics of token-service-1")
        .anyMatch(found -> found.endsWith("command-service-0.log"));
  }

  @Test
  void everyRecordIsAsItsTopicIsDescribed() {
    Organization organization = cluster.people().liveOrganization("standard");
    useEverything(organization, cluster.people().join(organization, "owner"));
    var described = new DescribedRecords();
    var wrong = new TreeSet<String>();
    var counts = new TreeMap<String, Integer>();
    for (String topic : described.topics()) {
      TopicRecords.each(
          cluster,
          topic,
          record -> {
            counts.merge(topic, 1, Integer::sum);
            described.wrongWith(record).forEach(what -> wrong.add(topic + ": " + what));
          });
    }
    assertThat(wrong).isEmpty();
    assertThat(counts)
        .containsKeys(
            Topics.EVENTS,
            Topics.ACCESS,
            Topics.REVOCATIONS,
            Topics.SUBSCRIPTIONS,
            Topics.ACKS,
            Topics.RELAY);
  }

  private void plantWhatServersKnow() {
    hunt.plant("a password", People.PASSWORD);
    hunt.plant("a TOTP secret", People.TOTP_SECRET);
    for (ServerKey key : cluster.serverKeys().keys()) {
      hunt.plant("server key " + key, key.material());
    }
    Logins logins = cluster.servers().database().logins();
    logins.passwords().forEach((role, password) -> hunt.plant("the password of " + role, password));
    cluster
        .kafkaLogins()
        .ifPresent(users ->
            users
                .passwords()
                .forEach((user, password) -> hunt.plant("Kafka's password of " + user, password)));
  }

  /** A life of a key and a session; returns credentials that an attacker would like. */
  private List<String> useEverything(Organization organization, Member owner) {
    String keys = organization.path() + "/keys";
    String idempotencyKey = "idempotency-1f0c9c1e-known-to-the-client";
    hunt.plant("a client's idempotency key", idempotencyKey);
    Answer created =
        owner
            .api()
            .with("Idempotency-Key", idempotencyKey)
            .post(keys, Map.of("name", "planted", "environment", "test"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String first = planted("a key's secret", created, "secret");
    Answer rotated = owner.api().post(keys + "/" + created.text("key.id") + "/rotate", Map.of());
    String second = planted("a rotated key's secret", rotated, "secret");
    Answer token = Api.at(cluster.gateway().base()).post("/v1/tokens", Map.of("api_key", second));
    String keyToken = planted("a key's access token", token, "access_token");
    Answer session = cluster.people().session(organization, owner.email());
    String sessionToken = planted("a person's access token", session, "access_token");
    String refreshToken = planted("a refresh token", session, "refresh_token");
    hunt.plant("the operator's access token", cluster.people().operatorToken());
    Answer invited =
        owner
            .api()
            .post(
                organization.path() + "/members",
                Map.of("email", "invited@" + organization.slug() + ".test", "role", "auditor"));
    String invitation = planted("an invitation", invited, "invitation_token");
    String subscriptions = organization.path() + "/subscriptions";
    Answer subscribed =
        owner
            .api()
            .with("Idempotency-Key", idempotencyKey)
            .post(
                subscriptions,
                Map.of(
                    "kind",
                    "webhook",
                    "name",
                    "planted",
                    "url",
                    "https://receiver.example/",
                    "events",
                    List.of("*")));
    planted("what a subscription is signed by", subscribed, "secret");
    String subscription = subscriptions + "/" + subscribed.text("subscription.id");
    planted(
        "what it is signed by since",
        owner.api().post(subscription + "/rotate-secret", Map.of()),
        "secret");
    for (String secret : List.of(first, second)) {
      cluster.gateway().with("X-Api-Key", secret).get("/api/v1/client");
      owner.api().post("/v1/keys/verify", Map.of("key", secret));
      cluster.gateway().as(owner.token()).form("/oauth2/introspect", Map.of("token", secret));
    }
    owner.api().post(keys + "/" + created.text("key.id") + "/revoke", Map.of("reason", "done"));
    return List.of(second, keyToken, sessionToken, refreshToken, invitation, People.PASSWORD);
  }

  private String planted(String what, Answer answer, String field) {
    assertThat(answer.isSuccess()).as(what + ": " + answer).isTrue();
    hunt.plant(what, answer.text(field));
    return answer.text(field);
  }

  /** In the path, the query, a header, as a credential, in a body that is wrong in several ways. */
  private void sendToEveryEndpoint(String secret, String token) {
    for (Service service :
        List.of(Service.COMMAND, Service.QUERY, Service.TOKEN, Service.GATEWAY)) {
      Api api = cluster.api(service, 0);
      for (Operation operation : operations(api)) {
        if (operation.endsSessions()) {
          continue;
        }
        String path = operation.path().replaceAll("\\{[^}]*}", encoded(secret));
        String body =
            "{\"name\":\"" + secret + "\",\"" + secret + "\":1,\"key\":\"" + secret + "\"}";
        var answers = new ArrayList<Answer>();
        answers.add(api.as(token).raw(operation.method(), path, "application/json", body));
        answers.add(api.as(token).raw(operation.method(), path, "application/json", "{" + secret));
        answers.add(api.as(secret).raw(operation.method(), path, "application/json", "{}"));
        answers.add(
            api.with("X-Api-Key", secret).raw(operation.method(), path, "text/plain", secret));
        for (Answer answer : answers) {
          if (!answer.isSuccess()) {
            hunt.search(
                "the answer "
                    + answer.status()
                    + " to "
                    + operation.method()
                    + " "
                    + operation.path(),
                answer.rawBody() + answer.headers());
          }
        }
      }
    }
  }

  private record Operation(String method, String path) {
    /** What would end the session that asks, and with it the rest of this test. */
    boolean endsSessions() {
      return path.startsWith("/v1/sessions") && method.equals("DELETE");
    }
  }

  private static List<Operation> operations(Api api) {
    Answer document = api.get("/openapi.json");
    assertThat(document.status()).as(api.base() + "/openapi.json").isEqualTo(200);
    var operations = new ArrayList<Operation>();
    for (Map.Entry<String, JsonNode> path : document.node("paths").properties()) {
      for (String method : List.of("get", "put", "post", "delete", "patch")) {
        if (path.getValue().has(method)) {
          operations.add(new Operation(method.toUpperCase(Locale.ROOT), path.getKey()));
        }
      }
    }
    assertThat(operations).as(api.base().toString()).isNotEmpty();
    return operations;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
