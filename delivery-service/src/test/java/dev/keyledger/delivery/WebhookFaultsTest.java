package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.delivery.WebhookScene.Subscribed;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What webhooks promise while much goes wrong: who hangs, breaks off or is gone delays nobody else.
 */
@Timeout(120)
class WebhookFaultsTest {
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

  private List<String> ids() {
    return scene.ids(receiver);
  }

  private void awaitIds(String... expected) {
    scene.awaitIds(receiver, expected);
  }

  /** Of a loop there would be hundreds in that time. */
  private static void awaitNoHurry(Subscribed subscribed) {
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> scene.count("claims", "true", subscribed) <= 3);
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
      await().atMost(SOON).untilAsserted(() -> assertThat(own.ids(receiver)).contains(hangs));

      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> own.ids(receiver).stream().filter(hangs::equals).count() == 1);
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
      assertThat(own.ids(receiver)).containsOnlyOnce(hangs);
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

      await().atMost(SOON).untilAsserted(() -> assertThat(own.ids(receiver)).contains(message));
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
    assertThat(EventCodec.mapper().readTree(receiver.last().body()).path("previous").asLong())
        .isEqualTo(last - 1);
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
      own.awaitIds(receiver, subscribed.message(event.position()));

      own.renew(Topics.EVENTS);
      own.publishAllAgain();
      own.publish(own.event(stream));

      own.awaitIds(
          receiver, subscribed.message(event.position()), subscribed.message(event.position() + 1));
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
      own.awaitIds(receiver, subscribed.message(stream.position()));
      own.holdBack();

      own.replica(Map.of("keyledger.webhooks.lease", "PT2S"));

      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(own.count("message", "status = 'delivered'", subscribed)).isEqualTo(1));
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
}
