package dev.keyledger.token.enforcement.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One record that can't be read, from the operator's first look at it to the next restart. */
class UnreadableRecordsTest extends EnforcementTest {
  private static Servers.Broker broker;
  private static Database database;
  private static String operator;
  private static Running shared;

  @Override
  @BeforeAll
  void startOnce() {
    shared = service;
    broker = Servers.forTests().freshBroker();
    database = Servers.forTests().freshDatabase();
    service = start();
    InternalTokens tokens = service.context().getBean(InternalTokens.class);
    Answer made =
        send(
            json(
                    "/internal/v1/demonstration/people",
                    Map.of(
                        "email",
                        "operator@example.com",
                        "password",
                        "keyledger-demo-2026",
                        "operator",
                        true))
                .header("Authorization", "Bearer " + tokens.make(ServicePair.SEEDER_TO_TOKEN)));
    operator = operatorToken(new PersonId(made.field("person")));
  }

  @AfterAll
  static void stop() {
    service.context().close();
    service = shared;
    broker.close();
  }

  private static Running start() {
    return start(broker.bootstrapServers(), database, "--keyledger.demonstration=true");
  }

  private static String operatorToken(PersonId person) {
    return service
        .context()
        .getBean(AccessTokens.class)
        .issueSession(
            new SessionGrant(
                person,
                SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                true,
                null,
                CLOCK.instant(),
                Duration.ofMinutes(15),
                CLOCK.instant().plus(Duration.ofDays(1))))
        .token()
        .revealSecret();
  }

  @Test
  void theOperatorSeesItAndEverybodyGoesOnWithoutItAlsoAfterARestart() throws Exception {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    assertThat(authorize(key)).isEqualTo(200);
    poison(Topics.REVOCATIONS, Topics.partitionOf(tenant.id), null, "{\"id\":\"ses_\u00fc\"");
    await().atMost(Duration.ofSeconds(30)).until(() -> authorize(key) == 503);

    JsonNode item = list().path("items").get(0);
    assertThat(item.path("topic").asString()).isEqualTo(Topics.REVOCATIONS);
    assertThat(item.path("topic_id").asString()).isNotEmpty();
    assertThat(item.path("partition").asInt()).isEqualTo(Topics.partitionOf(tenant.id));
    assertThat(item.path("offset").asLong()).isNotNegative();
    assertThat(item.path("written_at").asString()).contains("T");
    assertThat(item.path("content").asString()).isEqualTo("{\"id\":\"ses_\\xc3\\xbc\"");
    assertThat(item.path("headers").path("ce_type").asString()).isEqualTo("dev.keyledger.torn");
    assertThat(item.path("headers").path("x-other").asString()).isEqualTo("[6 bytes]");
    assertThat(item.path("organization").isNull()).isTrue();
    assertThat(item.path("acknowledgeable").asBoolean()).isTrue();

    Map<String, Object> named = naming(item);
    assertThat(acknowledge(named).field("field")).isEqualTo("reason");
    named.put("reason", "torn by the disk of broker 2");
    var other = new HashMap<>(named);
    other.put("digest", "0".repeat(64));
    assertThat(acknowledge(other).field("code")).isEqualTo("record_not_found");
    assertThat(authorize(key)).isEqualTo(503);

    Answer done = acknowledge(named);
    assertThat(done.status()).as(done.text()).isEqualTo(200);
    assertThat(authorize(key)).isEqualTo(200);
    assertThat(list().path("items").isEmpty()).isTrue();
    JsonNode kept = list().path("acknowledged").get(0);
    assertThat(kept.path("reason").asString()).isEqualTo("torn by the disk of broker 2");
    assertThat(kept.path("acknowledged_by").asString()).startsWith("per_");
    assertThat(acknowledge(named).status()).isEqualTo(200);
    assertThat(list().path("acknowledged").size()).isEqualTo(1);
    assertThat(activities())
        .filteredOn(one -> one.kind() == Activity.Kind.RECORD_ACKNOWLEDGED)
        .singleElement()
        .satisfies(one -> assertThat(one.code()).startsWith(Topics.REVOCATIONS + "-"));

    service.context().close();
    service = start();
    assertThat(authorize(key)).isEqualTo(200);
    assertThat(list().path("items").isEmpty()).isTrue();
  }

  @Test
  void whatIsInAnAccessRecordIsNotShownAndOneOfAnOrganisationIsNotAcknowledged() throws Exception {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    service.ledger().begin();
    service.ledger().write(tenant.id, key.id.value(), "verifier".getBytes(UTF_8));
    service.ledger().commit();
    await().atMost(Duration.ofSeconds(30)).until(() -> authorize(key) == 503);

    Answer listed =
        send(
            to("/v1/platform/unreadable-records")
                .header("Authorization", "Bearer " + operator)
                .GET());
    assertThat(listed.text()).doesNotContain("verifier");
    JsonNode item = listed.json().path("items").get(0);
    assertThat(item.path("organization").asString()).isEqualTo(tenant.id.value());
    assertThat(item.path("key").asString()).isEqualTo(key.id.value());
    assertThat(item.path("acknowledgeable").asBoolean()).isFalse();
    Map<String, Object> named = naming(item);
    named.put("reason", "why not");
    assertThat(acknowledge(named).field("code")).isEqualTo("record_not_acknowledgeable");

    published(key);
    assertThat(authorize(key)).isEqualTo(200);
  }

  @Test
  void onlyAnOperatorSeesOrAcknowledgesAndOnlyOurServicesAreToldWhatWas() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    assertThat(send(to("/v1/platform/unreadable-records").GET()).status()).isEqualTo(401);
    assertThat(
            send(to("/v1/platform/unreadable-records").header("X-Api-Key", key.secret).GET())
                .status())
        .isEqualTo(403);
    assertThat(
            send(json("/v1/platform/unreadable-records/acknowledge", Map.of())
                    .header("X-Api-Key", key.secret))
                .status())
        .isEqualTo(403);
    assertThat(
            send(json("/internal/v1/acknowledged-records", Map.of())
                    .header("Authorization", "Bearer " + operator))
                .status())
        .isEqualTo(401);
    String internal =
        service.context().getBean(InternalTokens.class).make(ServicePair.QUERY_TO_TOKEN);
    assertThat(
            send(json("/internal/v1/acknowledged-records", Map.of())
                    .header("Authorization", "Bearer " + internal))
                .status())
        .isEqualTo(200);
  }

  private static int authorize(TestTenant.Key key) {
    return send(to("/v1/authorize").header("X-Api-Key", key.secret).GET()).status();
  }

  private static JsonNode list() {
    Answer answer =
        send(
            to("/v1/platform/unreadable-records")
                .header("Authorization", "Bearer " + operator)
                .GET());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static Map<String, Object> naming(JsonNode item) {
    var named = new HashMap<String, Object>();
    named.put("topic", item.path("topic").asString());
    named.put("topic_id", item.path("topic_id").asString());
    named.put("partition", item.path("partition").asInt());
    named.put("offset", item.path("offset").asLong());
    named.put("digest", item.path("digest").asString());
    return named;
  }

  private static Answer acknowledge(Map<String, Object> body) {
    return send(
        json("/v1/platform/unreadable-records/acknowledge", body)
            .header("Authorization", "Bearer " + operator));
  }

  private static void poison(String topic, int partition, String key, String value)
      throws Exception {
    var record = new ProducerRecord<>(topic, partition, key, value.getBytes(UTF_8));
    record.headers().add("ce_type", "dev.keyledger.torn".getBytes(UTF_8));
    record.headers().add("x-other", "secret".getBytes(UTF_8));
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      producer.send(record).get();
    }
  }

  private static List<Activity> activities() {
    var found = new ArrayList<Activity>();
    try (var consumer =
        new KafkaConsumer<String, byte[]>(KafkaSettings.of(broker.bootstrapServers()).consumer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.ACTIVITY).stream()
              .map(info -> new TopicPartition(Topics.ACTIVITY, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(200))
                .forEach(record -> found.add(EventCodec.decode(record.value(), Activity.class)));
            return found.stream().anyMatch(one -> one.kind() == Activity.Kind.RECORD_ACKNOWLEDGED);
          });
    }
    return found;
  }
}
