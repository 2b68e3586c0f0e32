package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.delivery.WebhookScene.Subscribed;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** From the ledger's topics to a receiver, over a real broker, database and sockets. */
@Timeout(120)
class WebhooksTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static WebhookScene scene;
  private final StubServer receiver = new StubServer();

  @BeforeAll
  static void start() {
    scene = new WebhookScene();
    scene.replica();
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  @AfterEach
  void end() {
    // The next test's receiver may come to have the port of this one.
    scene.removeAll();
    receiver.close();
  }

  private List<String> ids() {
    return scene.ids(receiver);
  }

  private void awaitIds(String... expected) {
    scene.awaitIds(receiver, expected);
  }

  private static JsonNode body(Asked asked) {
    return EventCodec.mapper().readTree(asked.body());
  }

  private static String hmac(byte[] secret, Asked asked) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    String signed =
        asked.headers().getFirst("webhook-id")
            + "."
            + asked.headers().getFirst("webhook-timestamp")
            + "."
            + asked.body();
    return "v1,"
        + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anEventOfTheLedgerArrivesSignedAsTheRecordThatItIs() throws Exception {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url() + "/hook?for=us", "key.*");
    LedgerEvent first = scene.event(stream);
    LedgerEvent second = scene.event(stream);
    scene.publish(first, second);

    await().atMost(SOON).untilAsserted(() -> assertThat(ids()).hasSize(2));
    for (Asked asked : receiver.asked()) {
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.target()).isEqualTo("/hook?for=us");
      assertThat(asked.headers().getFirst("Content-Type"))
          .startsWith("application/cloudevents+json");
      assertThat(asked.headers().getFirst("webhook-signature"))
          .isEqualTo(hmac(subscribed.secret(), asked));
      assertThat(Long.parseLong(asked.headers().getFirst("webhook-timestamp")))
          .isEqualTo(scene.clock.instant().getEpochSecond());
    }
    Map<String, Asked> byId =
        receiver.asked().stream()
            .collect(Collectors.toMap(one -> one.headers().getFirst("webhook-id"), one -> one));
    assertThat(byId.keySet())
        .containsExactlyInAnyOrder(
            subscribed.message(first.position()), subscribed.message(second.position()));
    JsonNode body = body(byId.get(subscribed.message(first.position())));
    assertThat(body.path("specversion").asString()).isEqualTo("1.0");
    assertThat(body.path("type").asString()).isEqualTo("dev.keyledger.key.created");
    assertThat(body.path("id").asString()).isEqualTo(first.id().value());
    assertThat(body.path("position").asLong()).isEqualTo(first.position());
    assertThat(body.has("previous")).isFalse();
    assertThat(body.path("data"))
        .isEqualTo(EventCodec.mapper().readTree(EventCodec.encode(first.withoutVerifiers())));
    assertThat(body(byId.get(subscribed.message(second.position()))).path("previous").asLong())
        .isEqualTo(first.position());
  }

  @Test
  void onlyWhatItsPatternsNameIsSentAndNothingOfBefore() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    scene.publish(scene.event(stream));
    Subscribed members = scene.subscribe(stream, receiver.url(), "member.*");
    Subscribed all = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream));

    awaitIds(all.message(stream.position()));
    assertThat(members.id()).isNotEqualTo(all.id());
  }

  @Test
  void whatComesInWhileOthersAreUnderWayIsSentOnceAsWell() {
    receiver.answer(exchange -> {
      // Long enough that more has come in by then.
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      StubServer.answer(exchange, 200, "");
    });
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    var messages = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      scene.publish(scene.event(stream));
      messages.add(subscribed.message(stream.position()));
    }

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.count("message", "status = 'delivered'", subscribed)).isEqualTo(60));
    assertThat(ids()).containsExactlyInAnyOrderElementsOf(messages);
  }

  @Test
  void whileOneSecretSucceedsAnotherBothSignAndNothingIsSentBeforeBothAreKnown() throws Exception {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed before = scene.subscribe(stream, receiver.url(), "key.*");
    var rotation = scene.rotate(stream, before, Duration.ofHours(24));
    scene.publish(scene.event(stream));
    long position = stream.position();
    await().atMost(SOON).untilAsserted(() -> assertThat(scene.reached(stream)).isEqualTo(position));
    assertThat(scene.count("message", "status = 'pending'", before)).isEqualTo(1);

    scene.ledger.publish(rotation.record());

    awaitIds(before.message(position));
    Asked asked = receiver.last();
    assertThat(asked.headers().getFirst("webhook-signature").split(" "))
        .containsExactly(hmac(before.secret(), asked), hmac(rotation.secret(), asked));
    scene.clock.advance(Duration.ofHours(25));
    scene.publish(scene.event(stream));
    awaitIds(before.message(position), before.message(position + 1));
    assertThat(receiver.last().headers().getFirst("webhook-signature"))
        .isEqualTo(hmac(rotation.secret(), receiver.last()));
  }

  @Test
  void whatFailedComesAgainLaterAndHoldsUpNoOther() {
    Set<String> refused = ConcurrentHashMap.newKeySet();
    receiver.answerByBody((asked, exchange) -> {
      String id = asked.headers().getFirst("webhook-id");
      boolean isFirst = refused.isEmpty() && refused.add(id);
      StubServer.answer(exchange, isFirst ? 500 : 200, "");
    });
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream));
    long first = stream.position();
    await().atMost(SOON).untilAsserted(() -> assertThat(ids()).hasSize(1));
    scene.publish(scene.event(stream));
    awaitIds(subscribed.message(first), subscribed.message(first + 1));

    scene.clock.advance(Duration.ofSeconds(7));

    awaitIds(subscribed.message(first), subscribed.message(first + 1), subscribed.message(first));
  }

  @Test
  void aReceiverThatIsDownIsProbedAndGetsAllOnceItIsBack() {
    Set<String> up = ConcurrentHashMap.newKeySet();
    receiver.answer(exchange -> StubServer.answer(exchange, up.isEmpty() ? 500 : 204, ""));
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    var events = new ArrayList<LedgerEvent>();
    for (int i = 0; i < 20; i++) {
      events.add(scene.event(stream));
    }
    scene.publish(events);
    awaitRest(subscribed, 5);
    int tried = ids().size();
    assertThat(tried).isBetween(5, 8);
    // One probe each time, whatever waits.
    scene.clock.advance(Duration.ofMinutes(1));
    awaitRest(subscribed, 6);
    assertThat(ids()).hasSize(tried + 1);

    up.add("up");
    scene.clock.advance(Duration.ofHours(1));

    Set<String> all =
        events.stream().map(one -> subscribed.message(one.position())).collect(Collectors.toSet());
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.count("message", "status = 'delivered'", subscribed)).isEqualTo(20));
    assertThat(Set.copyOf(ids())).isEqualTo(all);
  }

  @Test
  void whoMovesElsewhereIsSentToAtOnceHoweverItFailedBefore() {
    receiver.answerByBody((asked, exchange) ->
        StubServer.answer(exchange, asked.uri().getPath().equals("/moved") ? 200 : 500, ""));
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url() + "/wrong", "key.*");
    var events = new ArrayList<LedgerEvent>();
    for (int i = 0; i < 20; i++) {
      events.add(scene.event(stream));
    }
    scene.publish(events);
    awaitRest(subscribed, 5);

    scene.publish(
        stream,
        new SubscriptionChanged(
            subscribed.id(),
            new Settings(null, receiver.url() + "/wrong", null),
            new Settings(null, receiver.url() + "/moved", null),
            scene.clock.instant()));

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.count("message", "status = 'delivered'", subscribed))
                .isGreaterThanOrEqualTo(12));
  }

  @Test
  void whatIsKeptForNoTimeOnceItWasDeliveredIsSentAllTheSame() {
    try (var own = new WebhookScene()) {
      receiver.answerJson(200, "{}");
      own.replica(Map.of("keyledger.webhooks.bodies-retention", "PT0S"));
      TestLedger.Stream stream = own.organization();
      Subscribed subscribed = own.subscribe(stream, receiver.url(), "key.*");
      LedgerEvent late = own.event(stream, own.clock.instant().minus(Duration.ofDays(2)));
      own.publish(late);

      own.awaitIds(receiver, subscribed.message(late.position()));
    }
  }

  /** Until a receiver that failed so often in a row is left alone. */
  private static void awaitRest(Subscribed subscribed, int failures) {
    String resting = "failures = " + failures + " and holder is null and rests_until is not null";
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("subscription", resting, subscribed)).isEqualTo(1));
  }

  @Test
  void whoIsGoneIsSentNothingUntilTheLedgerSaysThatItGoesOn() {
    receiver.answerJson(410, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    scene.publish(scene.event(stream));
    long first = stream.position();
    awaitIds(subscribed.message(first));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("subscription", "gone", subscribed)).isEqualTo(1));
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.commandService.asked())
                .anyMatch(asked -> asked.body().contains(subscribed.id().value())));
    assertThat(scene.commandService.last().target()).isEqualTo("/internal/v1/subscriptions/gone");
    // Told again, it would undo that a member resumes it.
    await()
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() ->
            scene.commandService.asked().stream()
                    .filter(asked -> asked.body().contains(subscribed.id().value()))
                    .count()
                == 1);
    scene.publish(scene.event(stream));
    scene.publish(
        stream,
        new SubscriptionPaused(
            subscribed.id(), SubscriptionPaused.Cause.GONE, null, scene.clock.instant()));
    receiver.answerJson(200, "{}");
    scene.clock.advance(Duration.ofMinutes(10));

    scene.publish(stream, new SubscriptionResumed(subscribed.id(), scene.clock.instant()));

    await().atMost(SOON).untilAsserted(() -> assertThat(ids()).hasSize(3));
    assertThat(Set.copyOf(ids()))
        .containsExactlyInAnyOrder(subscribed.message(first), subscribed.message(first + 1));
  }

  private List<JsonNode> reported(Subscribed subscribed) {
    return scene.commandService.asked().stream()
        .filter(asked -> asked.target().equals("/internal/v1/receipts/receivers"))
        .flatMap(asked -> body(asked).required("receivers").valueStream())
        .filter(one -> one.at("/receiver/subscription").asString().equals(subscribed.id().value()))
        .toList();
  }

  @Test
  void theKeeperOfReceiptsHearsWhatCameOfTellingAReceiverOfAKeysEnd() {
    receiver.answerJson(500, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    // Of what ends nothing there is no receipt.
    scene.publish(scene.event(stream));
    scene.publish(
        stream.next(
            new KeyRevoked(
                TestLedger.newKey(), KeyRevoked.Cause.REQUESTED, null, scene.clock.instant())));
    long ended = stream.position();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(reported(subscribed))
                .last()
                .satisfies(last -> {
                  assertThat(last.at("/receiver/attempts").intValue()).isEqualTo(1);
                  assertThat(last.at("/receiver/status").asString()).isEqualTo("pending");
                  assertThat(last.at("/receiver/last_failure/status").intValue()).isEqualTo(500);
                }));

    receiver.answerJson(204, "");
    scene.clock.advance(Duration.ofMinutes(10));

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(reported(subscribed))
                .last()
                .satisfies(last -> {
                  assertThat(last.at("/receiver/status").asString()).isEqualTo("answered");
                  assertThat(last.at("/receiver/channel").asString()).isEqualTo("webhook");
                  assertThat(last.at("/receiver/name").asString()).isEqualTo("A receiver");
                  assertThat(last.at("/receiver/answered_at").isString()).isTrue();
                  assertThat(last.at("/receiver/last_failure").isMissingNode()).isTrue();
                }));
    assertThat(reported(subscribed))
        .allSatisfy(one -> assertThat(one.required("position").longValue()).isEqualTo(ended));
  }

  @Test
  void whatComesWhileItIsPausedWaits() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    scene.publish(
        stream,
        new SubscriptionPaused(
            subscribed.id(), SubscriptionPaused.Cause.REQUESTED, "moving", scene.clock.instant()));
    scene.publish(scene.event(stream));
    long held = stream.position();
    scene.publish(stream, new SubscriptionResumed(subscribed.id(), scene.clock.instant()));
    awaitIds(subscribed.message(held));

    scene.publish(stream, new SubscriptionRemoved(subscribed.id(), null, scene.clock.instant()));
    scene.publish(scene.event(stream));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(scene.reached(stream)).isEqualTo(stream.position()));
    awaitIds(subscribed.message(held));
  }
}
