package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.delivery.WebhookScene.Subscribed;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.Topics;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    scene.countClaims();
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

  private static JsonNode body(Asked asked) {
    return EventCodec.mapper().readTree(asked.body());
  }

  private List<String> ids() {
    return ids(scene);
  }

  /** In the order in which they came. */
  private List<String> ids(WebhookScene of) {
    return receiver.asked().stream()
        .map(one -> one.headers().getFirst("webhook-id"))
        .filter(of::isExpected)
        .toList();
  }

  private void awaitIds(String... expected) {
    awaitIds(scene, expected);
  }

  private void awaitIds(WebhookScene of, String... expected) {
    await().atMost(SOON).untilAsserted(() -> assertThat(ids(of)).containsExactly(expected));
  }

  /** Of a loop there would be hundreds in that time. */
  private static void awaitNoHurry(Subscribed subscribed) {
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> scene.count("claims", "true", subscribed) <= 3);
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

  @Test
  void anEventThatIsMissingHaltsItsOrganisationAloneUntilItComes() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream halted = scene.organization();
    Subscribed subscribed = scene.subscribe(halted, receiver.url(), "*");
    LedgerEvent missing = scene.event(halted);
    LedgerEvent behind = scene.event(halted);
    TestLedger.Stream other = scene.organization();
    Subscribed others = scene.subscribe(other, receiver.url(), "*");
    scene.publish(behind);
    scene.publish(scene.event(other));
    awaitIds(others.message(other.position()));

    scene.publish(missing);

    await().atMost(SOON).untilAsserted(() -> assertThat(ids()).hasSize(3));
    assertThat(ids())
        .contains(subscribed.message(missing.position()), subscribed.message(behind.position()));
  }

  @Test
  void tenThatHangAndTenThatFailDelayNoneOfTheEightyOthers() throws Exception {
    var over = new CountDownLatch(1);
    receiver.answerByBody((asked, exchange) -> {
      switch (asked.uri().getPath()) {
        case "/hangs" -> hang(over);
        case "/fails" -> StubServer.answer(exchange, 500, "");
        default -> StubServer.answer(exchange, 200, "");
      }
    });
    try {
      var good = new ArrayList<String>();
      for (int i = 0; i < 100; i++) {
        TestLedger.Stream stream = scene.organization();
        String path = i % 10 == 0 ? "/hangs" : i % 10 == 1 ? "/fails" : "/takes";
        Subscribed one = scene.subscribe(stream, receiver.url() + path, "key.*");
        var events = new ArrayList<LedgerEvent>();
        for (int n = 0; n < 10; n++) {
          events.add(scene.event(stream));
          if (path.equals("/takes")) {
            good.add(one.message(stream.position()));
          }
        }
        scene.publish(events);
      }
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(
                      receiver.asked().stream()
                          .filter(one -> one.uri().getPath().equals("/takes"))
                          .map(one -> one.headers().getFirst("webhook-id"))
                          .toList())
                  .containsExactlyInAnyOrderElementsOf(good));
    } finally {
      over.countDown();
    }
  }

  private static void hang(CountDownLatch over) throws IOException {
    waitFor(over);
    throw new IOException("hung up");
  }

  private static void waitFor(CountDownLatch over) {
    try {
      var unused = over.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoseSecretsAreSaidToBeNoneIsNotLookedAtAgainAndAgain() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed removed = scene.subscribe(stream, receiver.url(), "key.*");
    // The event that removes it isn't read yet.
    scene.ledger.publish(WebhookScene.removed(removed, stream.position() + 2));
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.count("secrets", "position = " + (stream.position() + 2), removed))
                .isEqualTo(1));
    scene.publish(scene.event(stream));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(scene.reached(stream)).isEqualTo(stream.position()));

    awaitNoHurry(removed);
    assertThat(ids()).isEmpty();
  }

  @Test
  void aCourierThatBreaksOffIsNotBegunAgainAtOnce() {
    receiver.answerJson(500, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    scene.publish(scene.event(stream));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("message", "tries = 1", subscribed)).isEqualTo(1));
    scene.change(
        "update message set attempts = 'unreadable' where subscription = '"
            + subscribed.id().uuid()
            + "'");

    scene.clock.advance(Duration.ofSeconds(7));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("claims", "true", subscribed)).isGreaterThan(1));
    awaitNoHurry(subscribed);
  }

  @Test
  void whatIsUnderWayWhenACourierBreaksOffIsNotSentByAnother() {
    try (var own = new WebhookScene()) {
      var over = new CountDownLatch(1);
      own.replica();
      own.refuseToNoteDeliveries();
      TestLedger.Stream stream = own.organization();
      Subscribed subscribed = own.subscribe(stream, receiver.url(), "key.*");
      LedgerEvent taken = own.event(stream);
      LedgerEvent hanging = own.event(stream);
      String hangs = subscribed.message(hanging.position());
      receiver.answerByBody((asked, exchange) -> {
        if (asked.headers().getFirst("webhook-id").equals(hangs)) {
          waitFor(over);
        }
        StubServer.answer(exchange, 200, "");
      });
      own.publish(taken, hanging);
      await().atMost(SOON).untilAsserted(() -> assertThat(own.refusedToNote()).isPositive());
      await().atMost(SOON).untilAsserted(() -> assertThat(ids(own)).contains(hangs));

      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> ids(own).stream().filter(hangs::equals).count() == 1);
      own.noteDeliveries();
      over.countDown();
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(own.count("subscription", "holder is null", subscribed)).isEqualTo(1));
      own.clock.advance(Duration.ofSeconds(10));
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(own.count("message", "status = 'delivered'", subscribed)).isEqualTo(2));
      assertThat(ids(own)).containsOnlyOnce(hangs);
    }
  }

  @Test
  void whoTakesSlowlyWhateverComesLeavesACourierToOthers() {
    try (var own = new WebhookScene()) {
      receiver.answerByBody((asked, exchange) -> {
        if (asked.uri().getPath().equals("/slow")) {
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
        StubServer.answer(exchange, 200, "");
      });
      own.replica(Map.of("keyledger.webhooks.couriers", 8));
      var slow = new ArrayList<Subscribed>();
      for (int i = 0; i < 8; i++) {
        TestLedger.Stream stream = own.organization();
        slow.add(own.subscribe(stream, receiver.url() + "/slow", "key.*"));
        var events = new ArrayList<LedgerEvent>();
        for (int n = 0; n < 400; n++) {
          events.add(own.event(stream));
        }
        own.publish(events);
      }
      for (Subscribed one : slow) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(own.count("message", "status = 'delivered'", one)).isPositive());
      }

      TestLedger.Stream stream = own.organization();
      Subscribed quick = own.subscribe(stream, receiver.url() + "/quick", "key.*");
      own.publish(own.event(stream));
      String message = quick.message(stream.position());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(own.reached(stream)).isEqualTo(stream.position()));
      own.clock.advance(Duration.ofSeconds(1));

      await().atMost(SOON).untilAsserted(() -> assertThat(ids(own)).contains(message));
      for (Subscribed one : slow) {
        assertThat(own.count("message", "status = 'pending'", one)).isPositive();
      }
    }
  }

  @Test
  void aReceiverThatTheLedgerCantPauseHoldsUpNoOther() {
    receiver.answerJson(410, "{}");
    TestLedger.Stream first = scene.organization();
    Subscribed refused = scene.subscribe(first, receiver.url(), "key.*");
    TestLedger.Stream second = scene.organization();
    Subscribed behind = scene.subscribe(second, receiver.url(), "key.*");
    scene.commandService.answerByBody((asked, exchange) -> {
      boolean isRefused = asked.body().contains(refused.id().value());
      StubServer.answerJson(exchange, isRefused ? 500 : 200, "{\"position\":1}");
    });
    try {
      scene.publish(scene.event(first));
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(scene.count("subscription", "gone", refused)).isEqualTo(1));
      scene.publish(scene.event(second));

      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(scene.commandService.asked())
                  .anyMatch(asked -> asked.body().contains(behind.id().value())));
    } finally {
      scene.commandService.answerJson(200, "{\"position\":1}");
    }
  }

  @Test
  void ofALongHistoryThatIsReadAnewNoMoreIsKeptThanIsKeptOfWhatWasSent() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.*");
    Instant now = scene.clock.instant();
    scene.publish(
        scene.event(stream, now.minus(Duration.ofDays(40))),
        scene.event(stream, now.minus(Duration.ofDays(20))),
        scene.event(stream, now.minus(Duration.ofDays(5))),
        scene.event(stream, now));
    long last = stream.position();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(scene.count("message", "status = 'delivered'", subscribed)).isEqualTo(1));

    assertThat(ids()).containsExactly(subscribed.message(last));
    assertThat(scene.count("message", "position = " + (last - 3), subscribed)).isZero();
    String dead = "status = 'dead' and body is ";
    assertThat(scene.count("message", dead + "null and previous = " + (last - 3), subscribed))
        .isEqualTo(1);
    assertThat(scene.count("message", dead + "not null and previous = " + (last - 2), subscribed))
        .isEqualTo(1);
    assertThat(body(receiver.last()).path("previous").asLong()).isEqualTo(last - 1);
  }

  @Test
  void aTopicThatIsMadeAnewHasNothingSentTwice() throws Exception {
    try (var own = new WebhookScene()) {
      receiver.answerJson(200, "{}");
      own.replica();
      TestLedger.Stream stream = own.organization();
      Subscribed subscribed = own.subscribe(stream, receiver.url(), "*");
      LedgerEvent event = own.event(stream);
      own.publish(event);
      awaitIds(own, subscribed.message(event.position()));

      own.renew(Topics.EVENTS);
      own.publishAllAgain();
      own.publish(own.event(stream));

      awaitIds(own, subscribed.message(event.position()), subscribed.message(event.position() + 1));
    }
  }

  @Test
  void whatAReplicaThatIsGoneHadBegunAnotherOneEnds() {
    try (var own = new WebhookScene()) {
      var over = new CountDownLatch(1);
      Set<String> hung = ConcurrentHashMap.newKeySet();
      receiver.answerByBody((asked, exchange) -> {
        if (hung.add(asked.headers().getFirst("webhook-id"))) {
          hang(over);
        }
        StubServer.answer(exchange, 200, "");
      });
      own.replica(Map.of("keyledger.webhooks.lease", "PT2S"));
      TestLedger.Stream stream = own.organization();
      Subscribed subscribed = own.subscribe(stream, receiver.url(), "*");
      own.publish(own.event(stream));
      awaitIds(own, subscribed.message(stream.position()));
      own.holdBack();

      own.replica(Map.of("keyledger.webhooks.lease", "PT2S"));

      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(own.count("message", "status = 'delivered'", subscribed)).isEqualTo(1));
      over.countDown();
    }
  }
}
