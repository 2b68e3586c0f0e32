package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.command.Replica.Answer;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.TokenForge;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed, and what a command-service that had it does until it is back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WithoutKafkaTest {
  private static final String AWAY = "203.0.113.9";

  @TempDir static Path folder;

  private static final TokenForge FORGE = new TokenForge("k1", Clock.systemUTC());
  private static EmbeddedKafka kafka;
  private static FakeTokenService tokenService;
  private static Replica replica;
  private static String organization;
  private static Person operator;
  private static Person owner;
  private static Person auditor;
  private static String key;

  /** Whose token says all that token-service would have it say. */
  private record Person(Map<String, Object> claims) {
    String token() {
      return FORGE.token(fresh -> {
        fresh.keySet().removeAll(List.of("org", "slug", "mem", "scope", "pos"));
        fresh.putAll(claims);
        return fresh;
      });
    }

    String session() {
      return (String) claims.get("sid");
    }

    /** The same in another session. */
    Person elsewhere() {
      var other = new LinkedHashMap<>(claims);
      other.put("sid", newSession());
      return new Person(other);
    }

    Person boundToAddresses() {
      var bound = new LinkedHashMap<>(claims);
      bound.put("ipb", true);
      return new Person(bound);
    }
  }

  @BeforeAll
  static void startAndTakeKafkaAway() {
    List<Integer> ports = Ports.free(2);
    kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"), folder.resolve("kafka.log"), ports.get(0), ports.get(1));
    tokenService = new FakeTokenService();
    tokenService.vouchFor(KafkaSettings.of(kafka.bootstrapServers()));
    replica =
        Replica.startInEarnest(
            Servers.forTests().freshDatabase(),
            new TestServerKeys().json(),
            tokenService,
            FORGE,
            kafka.bootstrapServers());
    operator =
        new Person(
            Map.of(
                "sub",
                tokenService.personOf("operator@example.com").value(),
                "sid",
                newSession(),
                "kind",
                "operator",
                "scope",
                ""));
    awaitFresh(true);
    Answer registered =
        replica.post(
            operator.token(),
            "/v1/organizations",
            "{\"slug\":\"acme\",\"name\":\"Acme\",\"preset\":\"standard\"}");
    assertThat(registered.status()).as(registered.text()).isEqualTo(201);
    organization = registered.body().required("id").stringValue();
    owner = member("owner");
    auditor = member("auditor");
    key = newKey(owner);
    kafka.process().kill();
    awaitFresh(false);
  }

  @AfterAll
  static void stop() {
    replica.close();
    tokenService.close();
    kafka.close();
  }

  private static String newSession() {
    return SessionId.of(UuidCreator.getTimeOrderedEpoch()).value();
  }

  private static void awaitFresh(boolean fresh) {
    var revocations = replica.context().getBean(Revocations.class);
    await().atMost(Duration.ofSeconds(30)).until(() -> revocations.isFresh() == fresh);
  }

  private static Person member(String role) {
    String email = role + "@example.com";
    Answer added =
        replica.post(
            operator.token(),
            "/v1/organizations/acme/members",
            "{\"email\":\"%s\",\"role\":\"%s\"}".formatted(email, role));
    assertThat(added.status()).as(added.text()).isEqualTo(201);
    return new Person(
        Map.of(
            "sub",
            tokenService.personOf(email).value(),
            "sid",
            newSession(),
            "org",
            organization,
            "slug",
            "acme",
            "mem",
            added.body().required("member").required("id").stringValue(),
            "scope",
            "api_keys.create"));
  }

  private static String newKey(Person by) {
    Answer created =
        replica.post(
            by.token(),
            "/v1/organizations/acme/keys",
            "{\"name\":\"k\",\"environment\":\"live\"}",
            "Prefer",
            "wait=0");
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.body().required("key").required("id").stringValue();
  }

  private static Answer revoke(Person by, String id) {
    return replica.post(by.token(), "/v1/organizations/acme/keys/" + id + "/revoke", "");
  }

  @Test
  @Order(1)
  void aLivingSessionCommandsAndIsToldThatNothingIsInForceYet() {
    String created = newKey(owner);
    Answer rotated =
        replica.post(owner.token(), "/v1/organizations/acme/keys/" + created + "/rotate", "");
    Answer revoked = revoke(owner, key);

    for (Answer answer : List.of(rotated, revoked)) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.header("Keyledger-In-Force")).isEqualTo("false");
      assertThat(answer.header("Keyledger-Position")).isNotEmpty();
    }
    assertThat(revoked.body().required("key").required("status").stringValue())
        .isEqualTo("revoked");
    assertThat(revoked.body().required("receipt").required("in_force").booleanValue()).isFalse();
  }

  @Test
  @Order(1)
  void anOperatorCommandsToo() {
    assertThat(replica.post(operator.token(), "/v1/organizations/acme/verify", "").status())
        .isEqualTo(200);
  }

  @Test
  @Order(1)
  void aSessionThatHasEndedIsRefused() {
    Person elsewhere = owner.elsewhere();
    String id = newKey(elsewhere);
    tokenService.endSession(elsewhere.session());

    Answer answer = revoke(elsewhere, id);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("credential_revoked");
    assertThat(revoke(owner, id).status()).isEqualTo(200);
  }

  @Test
  @Order(1)
  void theTokensOwnClaimsCountForNothing() {
    Answer answer =
        replica.post(
            auditor.token(),
            "/v1/organizations/acme/keys",
            "{\"name\":\"k\",\"environment\":\"live\"}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("forbidden");
    assertThat(
            replica
                .post(owner.token(), "/v1/organizations/acme/suspend", "{\"reason\":\"x\"}")
                .status())
        .isEqualTo(403);
  }

  @Test
  @Order(2)
  void aMemberWhoIsRemovedMeanwhileIsRefused() {
    Person removed = member("developer");
    String id = newKey(removed);
    Answer removal =
        replica.send(
            "DELETE",
            owner.token(),
            "/v1/organizations/acme/members/" + removed.claims().get("mem"),
            "");
    assertThat(removal.status()).isEqualTo(204);

    assertThat(revoke(removed, id).code()).isEqualTo("forbidden");
  }

  @Test
  @Order(2)
  void theAddressIsCheckedByTheLedgersOwnList() {
    Answer list =
        replica.send(
            "PUT",
            owner.token(),
            "/v1/organizations/acme/ip-allowlist",
            "{\"cidrs\":[\"127.0.0.0/8\",\"::1/128\"]}");
    assertThat(list.status()).as(list.text()).isEqualTo(200);

    Person bound = owner.boundToAddresses();
    Answer outside =
        replica.post(
            bound.token(),
            "/v1/organizations/acme/keys",
            "{\"name\":\"k\",\"environment\":\"live\"}",
            "X-Forwarded-For",
            AWAY);

    assertThat(outside.status()).as(outside.text()).isEqualTo(403);
    assertThat(outside.code()).isEqualTo("ip_not_allowed");
    assertThat(newKey(bound)).isNotEmpty();
  }

  @Test
  @Order(1)
  void whatNoSessionStandsBehindCannotBeTold() {
    String token = FORGE.sign(FORGE.keyClaims());

    Answer answer = replica.post(token, "/v1/organizations/acme/keys", "{}");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("not_fresh");
  }

  @Test
  @Order(1)
  void aTokenServiceThatIsAwayTooIsAnOutage() {
    tokenService.away(true);
    try {
      Answer answer = revoke(owner, key);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("not_fresh");
    } finally {
      tokenService.away(false);
    }
  }

  @Test
  @Order(3)
  void allOfItIsPublishedOnceKafkaIsBack() {
    Answer last = revoke(owner, newKey(owner));
    long position = Long.parseLong(last.header("Keyledger-Position"));
    kafka.restart();

    assertThat(position).isGreaterThan(OrganizationState.NOTHING);
    var id = new OrganizationId(organization);
    var partition = new TopicPartition(Topics.EVENTS, Topics.partitionOf(id));
    try (var consumer =
        new KafkaConsumer<String, byte[]>(KafkaSettings.of(kafka.bootstrapServers()).consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> highest(consumer.poll(Duration.ofMillis(500)).records(partition)) == position);
    }
    awaitFresh(true);
    assertThat(newKey(owner)).isNotEmpty();
  }

  private static long highest(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream()
        .map(record -> CloudEventHeaders.positionOf(record.headers()))
        .mapToLong(Long::longValue)
        .max()
        .orElse(OrganizationState.NOTHING);
  }
}
