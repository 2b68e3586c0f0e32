package dev.keyledger.delivery;

import static dev.keyledger.delivery.DeliveryServiceUnderTest.SERVICE;
import static dev.keyledger.delivery.DeliveryServiceUnderTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Following;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.receipts.CommitTopic;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Receipts that name who follows, made of what two replicas say on a real Kafka. */
@Timeout(180)
class NamedFollowersTest {
  private static final String PATH = "/v1/revocations";
  private static final Duration LONG = Duration.ofSeconds(60);

  private static Servers.Broker broker;
  private static TestLedger ledger;
  private static DeliveryServiceUnderTest service;
  private static DeliveryServiceUnderTest another;
  private static Receipts receipts;

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    ledger = new TestLedger(broker.bootstrapServers());
    service = new DeliveryServiceUnderTest(broker, Map.of());
    another = new DeliveryServiceUnderTest(broker, Map.of());
    receipts =
        new Receipts(
            KafkaSettings.of(broker.bootstrapServers()),
            TestServerKeys.SEALS,
            CommitTopic.REVOCATIONS,
            Duration.ofSeconds(2),
            Clock.systemUTC(),
            System::nanoTime);
    receipts.start();
    for (DeliveryServiceUnderTest one : List.of(service, another)) {
      await()
          .atMost(LONG)
          .until(() -> one.get(SERVICE, PATH).body().path("fresh").asBoolean(false));
    }
  }

  @AfterAll
  static void stop() {
    receipts.close();
    service.close();
    another.close();
    ledger.close();
    broker.close();
  }

  private static void ends(TestLedger.Stream of, long position) {
    ledger.publish(
        new Revocation(
            of.id,
            of.id.value(),
            position,
            position == 0 ? null : position - 1,
            Revocation.Subject.CREDENTIAL,
            "key_" + position,
            TestLedger.START,
            Revocation.Effect.END,
            true,
            TestLedger.START));
  }

  private static String named(String name, int boundMs) {
    return PATH + "?follower=" + name + "&instance=" + name + "-1&max_staleness_ms=" + boundMs;
  }

  /** A page for one that is named, which relies on it from then on. */
  private static JsonNode page(
      DeliveryServiceUnderTest at, Caller caller, String named, String after) {
    return at.get(caller, named + (after.isEmpty() ? "" : "&after=" + after), "Prefer", "wait=1")
        .body();
  }

  private static String begins(DeliveryServiceUnderTest at, Caller caller, String named) {
    return await()
        .atMost(LONG)
        .until(() -> at.get(caller, named).body(), first -> first.path("fresh").asBoolean())
        .path("next")
        .asString();
  }

  private static CompletableFuture<Receipt> receipt(TestLedger.Stream of, long position) {
    return receipts.await(of.id.value(), position, position, LONG);
  }

  private static List<String> names(Receipt receipt) {
    return receipt.consumers().stream().map(Receipt.Consumer::name).toList();
  }

  private static List<Ack> said() {
    var settings = KafkaSettings.of(broker.bootstrapServers()).follower();
    try (var consumer = new KafkaConsumer<String, byte[]>(settings)) {
      var acks = new TopicPartition(Topics.ACKS, 0);
      consumer.assign(List.of(acks));
      consumer.seekToBeginning(List.of(acks));
      long end = consumer.endOffsets(List.of(acks)).get(acks);
      var said = new ArrayList<Ack>();
      while (consumer.position(acks) < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record ->
                said.add(EventCodec.decode(TestServerKeys.SEALS.valueOf(record), Ack.class)));
      }
      return said;
    }
  }

  @Test
  void aFollowerIsNamedAndAcknowledgesByTheQuestionForThePageBehind() throws Exception {
    var org = new TestLedger.Stream();
    var other = new TestLedger.Stream();
    Caller caller = key(org.id);
    String named = named("shop", 30_000);
    String place = begins(service, caller, named);
    begins(service, key(other.id), named("stranger", 30_000));
    try (Following stream = service.follow(caller, named)) {
      assertThat(stream.next().data().path("fresh").asBoolean(true)).isFalse();
      CompletableFuture<Receipt> receipt = receipt(org, 0);
      ends(org, 0);
      assertThat(stream.news(1)).hasSize(1);
      JsonNode told = page(service, caller, named, place);
      assertThat(told.path("revocations")).hasSize(1);
      await()
          .atMost(LONG)
          .until(() ->
              receipts.soFar(org.id.value(), 0).consumers().stream()
                  .anyMatch(one -> one.name().equals("shop") && one.refusesBy() != null));
      assertThat(receipts.soFar(org.id.value(), 0).consumers())
          .allMatch(one -> one.appliedAt() == null);
      assertThat(receipt).isNotDone();

      page(service, caller, named, told.path("next").asString());

      await()
          .atMost(LONG)
          .until(() ->
              receipts.soFar(org.id.value(), 0).consumers().stream()
                  .anyMatch(one -> one.name().equals("shop") && one.appliedAt() != null));
      Receipt known = receipts.soFar(org.id.value(), 0);
      assertThat(names(known)).contains("shop").doesNotContain("stranger");
      assertThat(known.consumers())
          .filteredOn(one -> one.name().equals("shop"))
          .extracting(Receipt.Consumer::channel)
          .containsExactly(Receipt.Channel.SSE);
      receipt.cancel(false);
    }
  }

  @Test
  void oneThatGoesOnAtAnotherReplicaHasAcknowledgedThere() {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    String named = named("mover", 30_000);
    String place = begins(service, caller, named);
    ends(org, 0);
    JsonNode told = service.get(caller, named + "&after=" + place, "Prefer", "wait=30").body();
    assertThat(told.path("revocations")).hasSize(1);
    await().atMost(LONG).until(() -> names(receipts.soFar(org.id.value(), 0)).contains("mover"));

    await()
        .atMost(LONG)
        .until(() ->
            // Again and again: a replica says of nobody that they are ahead of it.
            page(another, caller, named, told.path("next").asString()).isObject()
                && receipts.soFar(org.id.value(), 0).consumers().stream()
                    .anyMatch(one -> one.name().equals("mover") && one.appliedAt() != null));
  }

  @Test
  void oneThatStopsFallsOutAfterItsBoundAndIsInNoLaterReceipt() {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    begins(service, caller, named("stopper", 300));
    await().pollDelay(Duration.ofMillis(500)).atMost(LONG).until(() -> true);
    ends(org, 0);
    await()
        .atMost(LONG)
        .until(() ->
            said().stream()
                    .filter(ack -> ack.applied().contains(new Ack.Applied(org.id.value(), 0)))
                    .count()
                >= 2);
    assertThat(said().stream().flatMap(ack -> ack.followers().stream()))
        .noneMatch(follower -> follower.name().equals("stopper"));
  }

  @Test
  void aHundredFollowersCostOneRecordAndTheirAcknowledgementsFew() {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    List<String> named =
        IntStream.range(0, 100).mapToObj(n -> named("crowd-" + n, 30_000)).toList();
    String place = "";
    for (String one : named) {
      place = begins(service, caller, one);
    }
    String from = place;
    ends(org, 0);
    JsonNode told =
        service.get(caller, named.getFirst() + "&after=" + from, "Prefer", "wait=30").body();
    String next = told.path("next").asString();
    await().atMost(LONG).until(() -> ofCrowd().size() == 1);
    assertThat(ofCrowd().getFirst().followers()).hasSize(100);
    assertThat(ofCrowd().getFirst().applied()).contains(new Ack.Applied(org.id.value(), 0));
    IntStream.range(0, 100)
        .parallel()
        .forEach(n -> service.get(caller, named.get(n) + "&after=" + next));
    await()
        .atMost(LONG)
        .until(() ->
            receipts.soFar(org.id.value(), 0).consumers().stream()
                    .filter(one -> one.name().startsWith("crowd-") && one.appliedAt() != null)
                    .count()
                == 100);
    // What they say is gathered for 50 ms each time.
    assertThat(ofCrowd()).anyMatch(ack -> ack.applied().isEmpty() && ack.followers().size() > 1);
  }

  private static List<Ack> ofCrowd() {
    return said().stream()
        .filter(ack -> ack.followers().stream().anyMatch(one -> one.name().startsWith("crowd-")))
        .toList();
  }

  @Test
  void whoNamesItselfHalfIsToldWhatIsMissing() {
    Caller caller = key(new TestLedger.Stream().id);
    for (String half :
        List.of(
            "?follower=shop",
            "?follower=shop&instance=1",
            "?instance=1&max_staleness_ms=1000",
            "?follower=Shop&instance=1&max_staleness_ms=1000",
            "?follower=shop&instance=a_b&max_staleness_ms=1000",
            "?follower=shop&instance=1&max_staleness_ms=199",
            "?follower=shop&instance=1&max_staleness_ms=60001")) {
      var answer = service.get(caller, PATH + half);
      assertThat(answer.status()).as(half).isEqualTo(422);
      assertThat(answer.body().path("code").asString()).as(half).isEqualTo("invalid_field");
    }
    assertThat(service.get(caller, named("shop", 200)).status()).isEqualTo(200);
    assertThat(service.get(caller, named("shop", 60_000)).status()).isEqualTo(200);
  }
}
