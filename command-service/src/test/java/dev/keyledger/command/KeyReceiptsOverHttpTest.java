package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is kept of the receipts of keys' last ends. */
class KeyReceiptsOverHttpTest extends CommandServiceTest {
  private static final String RECEIPT = "/internal/v1/keys/receipt";

  private static final String TOLD = "/internal/v1/receipts/receivers";

  private RegisteredOrganization organization;
  private String owner;

  @BeforeEach
  void anOrganization() {
    organization = organization("standard");
    owner = member(organization, "owner");
  }

  private String newKey() {
    Answer created = one.post(owner, organization.keys(), newKey("k", "test"));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.body().at("/key/id").stringValue();
  }

  private Answer asked(Replica at, String organization, String key) {
    String query = new InternalTokens(serverKeys, clock).make(ServicePair.QUERY_TO_COMMAND);
    String body = "{\"organization\":\"%s\",\"key\":\"%s\"}".formatted(organization, key);
    return at.post(query, RECEIPT, body);
  }

  private JsonNode receipt(Replica at, String key) {
    Answer answer = asked(at, organization.id(), key);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body().required("receipt");
  }

  private long positionOf(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body().at("/receipt/position").longValue();
  }

  @Test
  void theLastEndOfAKeyHasAReceiptAtEachReplica() throws SQLException {
    String key = newKey();
    String path = organization.keys() + "/" + key;
    assertThat(receipt(one, key).isNull()).isTrue();

    long suspended = positionOf(one.post(owner, path + "/suspend", "{\"reason\":\"who uses it\"}"));
    assertThat(receipt(two, key).path("position").longValue()).isEqualTo(suspended);
    assertThat(one.post(owner, path + "/resume", "").status()).isEqualTo(200);
    assertThat(receipt(two, key).path("position").longValue()).isEqualTo(suspended);
    long revoked = positionOf(two.post(owner, path + "/revoke", ""));

    assertThat(revoked).isGreaterThan(suspended);
    assertThat(receipt(one, key).path("position").longValue()).isEqualTo(revoked);
    assertThat(receipt(one, key).path("in_force").booleanValue()).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> count("key = '" + key + "' AND looked AND look_at IS NULL") == 1);
    // Nothing had to change, and nothing new is kept.
    assertThat(one.post(owner, path + "/revoke", "").status()).isEqualTo(200);
    assertThat(receipt(one, key).path("position").longValue()).isEqualTo(revoked);
    assertThat(count("key = '" + key + "' AND looked AND look_at IS NULL")).isEqualTo(1);
  }

  @Test
  void whatEndsWithSomethingElseHasOneToo() {
    String leaver = member(organization, "developer");
    Answer created = one.post(leaver, organization.keys(), newKey("k", "test"));
    String key = created.body().at("/key/id").stringValue();
    Answer removed =
        one.send("DELETE", owner, organization.path() + "/members/" + memberIdOf(leaver), "");
    assertThat(removed.status()).as(removed.text()).isLessThan(300);
    assertThat(receipt(two, key).path("in_force").booleanValue()).isTrue();
  }

  @Test
  void anothersOrganizationHasNoReceiptOfTheKey() {
    String key = newKey();
    positionOf(one.post(owner, organization.keys() + "/" + key + "/revoke", ""));
    RegisteredOrganization other = organization("standard");
    assertThat(asked(one, other.id(), key).body().required("receipt").isNull()).isTrue();
  }

  /** Half of them within a time is said in earnest: here everything is in force at once. */
  @Test
  void theOperatorSeesHowSoonEndsWereInForce() {
    String key = newKey();
    positionOf(one.post(owner, organization.keys() + "/" + key + "/revoke", ""));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> count("key = '" + key + "' AND in_force_at IS NOT NULL") == 1);
    JsonNode times = two.send("GET", OPERATOR, "/v1/platform/receipts", "").body();
    assertThat(times.at("/in_force/count").intValue()).isPositive();
    assertThat(times.at("/in_force/p50_ms").isNumber()).isTrue();
    assertThat(two.send("GET", owner, "/v1/platform/receipts", "").status()).isEqualTo(403);
  }

  private Answer told(Replica at, long position, String receiver) {
    String delivery = new InternalTokens(serverKeys, clock).make(ServicePair.DELIVERY_TO_COMMAND);
    Answer answer =
        at.post(
            delivery,
            TOLD,
            "{\"organization\":\"%s\",\"receivers\":[{\"position\":%d,\"receiver\":%s}]}"
                .formatted(organization.id(), position, receiver));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private static String receiver(String status, int attempts, String more) {
    return ("{\"subscription\":\"sub_0190f5c2-7b3a-7c4d-8e5f-0123456789ab\",\"name\":\"siem\","
            + "\"channel\":\"webhook\",\"status\":\"%s\",\"attempts\":%d%s}")
        .formatted(status, attempts, more);
  }

  private JsonNode receivers(Replica at, String key) {
    return asked(at, organization.id(), key).body().required("receivers");
  }

  @Test
  void whatCameOfTellingAReceiverIsKeptAndItsFirstAnswerForEver() {
    String key = newKey();
    String path = organization.keys() + "/" + key;
    long suspended = positionOf(one.post(owner, path + "/suspend", "{\"reason\":\"who uses it\"}"));
    assertThat(receivers(one, key)).isEmpty();
    told(one, suspended, receiver("pending", 0, ""));
    assertThat(receivers(two, key).at("/0/status").stringValue()).isEqualTo("pending");
    String failed =
        ",\"last_failure\":{\"at\":\"2026-05-28T14:43:59.000Z\",\"status\":500,\"error\":null}";
    told(two, suspended, receiver("pending", 2, failed));
    // What is older comes late.
    told(one, suspended, receiver("pending", 1, ""));
    assertThat(receivers(one, key).at("/0/attempts").intValue()).isEqualTo(2);
    assertThat(receivers(one, key).at("/0/last_failure/status").intValue()).isEqualTo(500);
    String answered = ",\"answered_at\":\"%s\"".formatted(clock.instant().plusMillis(40));
    told(one, suspended, receiver("answered", 3, answered));
    // Sent again by hand, it fails: they know it all the same.
    told(two, suspended, receiver("pending", 4, failed));
    assertThat(receivers(two, key).at("/0/status").stringValue()).isEqualTo("answered");
    assertThat(receivers(two, key).at("/0/attempts").intValue()).isEqualTo(3);

    JsonNode times = two.send("GET", OPERATOR, "/v1/platform/receipts", "").body();
    JsonNode webhooks = times.required("receivers").get(0);
    assertThat(webhooks.required("channel").stringValue()).isEqualTo("webhook");
    assertThat(webhooks.required("count").intValue()).isPositive();
    assertThat(webhooks.required("p99_ms").isNumber()).isTrue();

    // Another end is another receipt, of which they have yet to be told.
    long revoked = positionOf(two.post(owner, path + "/revoke", ""));
    assertThat(receivers(one, key)).isEmpty();
    told(one, suspended, receiver("answered", 3, answered));
    assertThat(receivers(one, key)).isEmpty();
    told(one, revoked, receiver("given_up", 0, ""));
    told(one, revoked, receiver("pending", 0, ""));
    assertThat(receivers(one, key).at("/0/status").stringValue()).isEqualTo("given_up");
  }

  private String subscribed() {
    Answer made =
        one.post(
            member(organization, "admin"),
            organization.path() + "/subscriptions",
            "{\"kind\":\"webhook\",\"name\":\"siem\",\"url\":\"https://receiver.example/\",\"events\":[\"key.*\"]}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.body().at("/subscription/id").stringValue();
  }

  private void waitsForReceivers() {
    Answer changed =
        one.send(
            "PATCH",
            owner,
            organization.path() + "/policy",
            "{\"receipts\":{\"wait_for\":\"token_service\",\"wait_for_receivers\":true}}",
            "Content-Type",
            "application/merge-patch+json");
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
  }

  @Test
  void anAnswerNamesReceiversAndWaitsForThemWherePolicySaysSo() throws Exception {
    String subscription = subscribed();
    String path = organization.keys() + "/" + newKey();
    JsonNode unwaited = one.post(owner, path + "/revoke", "").body().required("receipt");
    assertThat(unwaited.at("/receivers/0/subscription").stringValue()).isEqualTo(subscription);
    assertThat(unwaited.at("/receivers/0/status").stringValue()).isEqualTo("pending");

    waitsForReceivers();
    String key = newKey();
    for (Replica teller : List.of(one, two)) {
      String waiting = organization.keys() + "/" + key;
      var answer =
          CompletableFuture.supplyAsync(() ->
              one.post(
                  owner,
                  waiting + "/suspend",
                  "{\"reason\":\"who uses it\"}",
                  "Prefer",
                  "wait=20"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> receipt(two, waiting.substring(waiting.lastIndexOf('/') + 1)).isObject());
      long position = receipt(two, key).required("position").longValue();
      assertThat(answer).isNotDone();
      told(
          teller,
          position,
          receiver("answered", 1, ",\"answered_at\":\"2026-05-28T14:43:59.000Z\"")
              .replace("sub_0190f5c2-7b3a-7c4d-8e5f-0123456789ab", subscription));
      JsonNode receipt = answer.get(15, TimeUnit.SECONDS).body().required("receipt");
      assertThat(receipt.at("/receivers/0/status").stringValue()).isEqualTo("answered");
      key = newKey();
    }
  }

  @Test
  void aReceiverThatNeverAnswersHoldsUpNothingBeyondTheWaitAndNothingIsInForceByIt() {
    String subscription = subscribed();
    waitsForReceivers();
    String path = organization.keys() + "/" + newKey();
    long began = System.nanoTime();
    Answer revoked = one.post(owner, path + "/revoke", "", "Prefer", "wait=2");
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(12));
    JsonNode receipt = revoked.body().required("receipt");
    assertThat(receipt.required("in_force").booleanValue()).isTrue();
    assertThat(receipt.at("/receivers/0/subscription").stringValue()).isEqualTo(subscription);
    assertThat(receipt.at("/receivers/0/status").stringValue()).isEqualTo("pending");
    assertThat(receipt.at("/receivers/0/attempts").intValue()).isZero();
  }

  @Test
  void whoMayNotReadSubscriptionsIsNotToldWhoIsTold() {
    String subscription = subscribed();
    String developer = member(organization, "developer");
    Answer created = one.post(developer, organization.keys(), newKey("k", "test"));
    String path = organization.keys() + "/" + created.body().at("/key/id").stringValue();
    Answer revoked = one.post(developer, path + "/revoke", "");
    assertThat(revoked.status()).as(revoked.text()).isEqualTo(200);
    assertThat(revoked.text()).doesNotContain("receivers", subscription);
  }

  /** What was committed is answered, though who was told can't be read. */
  @Test
  void anAnswerNeedsNoReceivers() throws SQLException {
    String subscription = subscribed();
    waitsForReceivers();
    String path = organization.keys() + "/" + newKey();
    change("ALTER TABLE command.receipt_receiver RENAME TO away");
    try {
      Answer revoked = one.post(owner, path + "/revoke", "", "Prefer", "wait=1");
      assertThat(revoked.status()).as(revoked.text()).isEqualTo(200);
      assertThat(revoked.body().at("/receipt/receivers/0/subscription").stringValue())
          .isEqualTo(subscription);
    } finally {
      change("ALTER TABLE command.away RENAME TO receipt_receiver");
    }
  }

  @Test
  void ofAnotherOrganizationsEndNothingIsKept() {
    String key = newKey();
    long revoked = positionOf(one.post(owner, organization.keys() + "/" + key + "/revoke", ""));
    String theirs = organization.id();
    organization = organization("standard");
    told(one, revoked, receiver("pending", 0, ""));
    assertThat(asked(one, theirs, key).body().required("receivers")).isEmpty();
    assertThat(one.post(owner, TOLD, "{}").status()).isEqualTo(401);
    String query = new InternalTokens(serverKeys, clock).make(ServicePair.QUERY_TO_COMMAND);
    assertThat(one.post(query, TOLD, "{}").status()).isIn(401, 403);
  }

  @Test
  void onlyQueryServiceAsks() {
    String body = "{\"organization\":\"%s\",\"key\":\"%s\"}".formatted(organization.id(), newKey());
    assertThat(one.post(owner, RECEIPT, body).status()).isEqualTo(401);
    String delivery = new InternalTokens(serverKeys, clock).make(ServicePair.DELIVERY_TO_COMMAND);
    assertThat(one.post(delivery, RECEIPT, body).status()).isIn(401, 403);
  }

  @Test
  void itIsForgottenOnceItWasKeptForNinetyDays() throws SQLException {
    String young = newKey();
    String old = newKey();
    positionOf(one.post(owner, organization.keys() + "/" + young + "/revoke", ""));
    long ended = positionOf(one.post(owner, organization.keys() + "/" + old + "/revoke", ""));
    told(one, ended, receiver("pending", 0, ""));
    assertThat(receivers(one, old)).hasSize(1);
    age(young, "89 days");
    age(old, "90 days 1 minute");
    await().atMost(Duration.ofSeconds(30)).until(() -> receipt(one, old).isNull());
    assertThat(receipt(one, young).isNull()).isFalse();
    // Who was told went with it.
    assertThat(receivers(one, old)).isEmpty();
  }

  private static void age(String key, String by) throws SQLException {
    change(
        "UPDATE command.key_receipt SET decided_at = decided_at - interval '%s' WHERE key = '%s'"
            .formatted(by, key));
  }

  private static void change(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static long count(String which) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT count(*) FROM command.key_receipt WHERE " + which)) {
      row.next();
      return row.getLong(1);
    }
  }
}
