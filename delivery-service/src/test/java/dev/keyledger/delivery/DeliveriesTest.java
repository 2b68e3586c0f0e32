package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Answer;
import dev.keyledger.delivery.WebhookScene.Subscribed;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What became of messages, over HTTP. */
@Timeout(120)
class DeliveriesTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Set<String> BOTH =
      Set.of(Permissions.SUBSCRIPTIONS_READ, Permissions.SUBSCRIPTIONS_MANAGE);

  private static WebhookScene scene;
  private static DeliveryServiceUnderTest service;
  private final StubServer receiver = new StubServer();

  @BeforeAll
  static void start() {
    scene = new WebhookScene();
    service = scene.replica();
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

  private static Caller member(TestLedger.Stream stream) {
    return DeliveryServiceUnderTest.caller(Caller.Kind.MEMBER, stream.id, BOTH);
  }

  private static String path(TestLedger.Stream stream, Subscribed subscribed) {
    return "/v1/organizations/" + stream.id + "/subscriptions/" + subscribed.id();
  }

  private static List<String> statuses(Caller caller, String path) {
    List<String> statuses = new ArrayList<>();
    service
        .get(caller, path + "/deliveries")
        .body()
        .path("items")
        .forEach(one -> statuses.add(one.path("status").asString()));
    return statuses;
  }

  private static void awaitStatuses(Caller caller, String path, String... expected) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(statuses(caller, path)).containsExactly(expected));
  }

  @Test
  void eachMessageSaysWhatCameOfItAndNothingOfTheReceiversAnswer() {
    receiver.answerJson(500, "{\"secret\":\"of the receiver\"}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    scene.publish(scene.event(stream));
    long position = stream.position();

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    service
                        .get(caller, path + "/deliveries")
                        .body()
                        .path("items")
                        .path(0)
                        .path("tries")
                        .asInt(0))
                .isEqualTo(1));
    Answer answer = service.get(caller, path + "/deliveries?status=pending");
    assertThat(answer.response().body()).doesNotContain("of the receiver");
    var one = answer.body().path("items").path(0);
    assertThat(one.path("id").asString()).isEqualTo(subscribed.message(position));
    assertThat(one.path("type").asString()).isEqualTo("key.created");
    assertThat(one.path("attempts").path(0).path("status").asInt()).isEqualTo(500);
    assertThat(service.get(caller, path + "/deliveries?status=dead").body().path("items"))
        .isEmpty();
  }

  @Test
  void pagesGoOnBehindAPosition() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream), scene.event(stream), scene.event(stream));
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    awaitStatuses(caller, path, "delivered", "delivered", "delivered");

    Answer first = service.get(caller, path + "/deliveries?limit=2");
    long next = first.body().path("next").asLong();
    Answer second = service.get(caller, path + "/deliveries?limit=2&after=" + next);

    assertThat(first.body().path("items")).hasSize(2);
    assertThat(second.body().path("items")).hasSize(1);
    assertThat(second.body().path("next").isNull()).isTrue();
    assertThat(service.get(caller, path + "/deliveries?limit=101").status()).isEqualTo(422);
    assertThat(service.get(caller, path + "/deliveries?status=lost").status()).isEqualTo(422);
  }

  @Test
  void whatIsSentAgainGoesOutAtOnceHoweverItsReceiverFailedBefore() {
    receiver.answerJson(500, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    var events = new ArrayList<LedgerEvent>();
    for (int i = 0; i < 6; i++) {
      events.add(scene.event(stream));
    }
    scene.publish(events);
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    String resting = "failures >= 5 and holder is null and rests_until is not null";
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("subscription", resting, subscribed)).isEqualTo(1));
    receiver.answerJson(200, "{}");

    assertThat(service.post(caller, path + "/replay", "{\"after\":-1}").status()).isEqualTo(200);

    awaitStatuses(
        caller, path, "delivered", "delivered", "delivered", "delivered", "delivered", "delivered");
  }

  @Test
  void whatIsDeadIsSentAgainWithTheSameId() {
    receiver.answerJson(500, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream));
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    await().atMost(SOON).untilAsserted(() -> assertThat(receiver.asked()).hasSize(1));
    scene.clock.advance(Duration.ofDays(3).plusHours(1));
    awaitStatuses(caller, path, "dead");
    receiver.answerJson(200, "{}");

    String message = subscribed.message(stream.position());
    Answer replayed = service.post(caller, path + "/deliveries/" + message + "/replay", "");

    assertThat(replayed.status()).isEqualTo(200);
    awaitStatuses(caller, path, "delivered");
    assertThat(receiver.last().headers().getFirst("webhook-id")).isEqualTo(message);
    assertThat(service.post(caller, path + "/replay", "{\"after\":-1}").body().path("replayed"))
        .hasToString("1");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    receiver.asked().stream()
                        .filter(one -> message.equals(one.headers().getFirst("webhook-id"))))
                .hasSizeGreaterThanOrEqualTo(4));
    assertThat(service.post(caller, path + "/replay", "{\"after\":-2}").status()).isEqualTo(422);
    assertThat(
            service.post(caller, path + "/deliveries/msg_nothing/replay", "").body().path("code"))
        .hasToString("\"delivery_not_found\"");
  }

  @Test
  void noPositionIsBehindTheLastThatCanBe() {
    receiver.answerJson(200, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream));
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    awaitStatuses(caller, path, "delivered");

    String last = String.valueOf(Long.MAX_VALUE);
    assertThat(service.post(caller, path + "/replay", "{\"after\":" + last + "}").status())
        .isEqualTo(422);
    assertThat(service.get(caller, path + "/deliveries?after=" + last).status()).isEqualTo(422);
    assertThat(statuses(caller, path)).containsExactly("delivered");
  }

  @Test
  void whatIsSentAgainIsTriedAgainAsSoonAsIfItHadComeInNow() {
    receiver.answerJson(500, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    scene.publish(scene.event(stream));
    Caller caller = member(stream);
    String path = path(stream, subscribed);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("message", "tries = 1", subscribed)).isEqualTo(1));
    scene.change(
        "update message set tries = 9 where subscription = '" + subscribed.id().uuid() + "'");

    String message = subscribed.message(stream.position());
    assertThat(service.post(caller, path + "/deliveries/" + message + "/replay", "").status())
        .isEqualTo(200);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(scene.count("message", "tries = 10", subscribed)).isEqualTo(1));
    var one = service.get(caller, path + "/deliveries").body().path("items").path(0);
    assertThat(Instant.parse(one.path("next_attempt_at").asString()))
        .isBefore(scene.clock.instant().plusSeconds(10));
  }

  @Test
  void oneTestAtATimeIsSentForAnOrganisation() {
    var over = new CountDownLatch(1);
    receiver.answer(exchange -> {
      try {
        var unused = over.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      StubServer.answer(exchange, 200, "");
    });
    TestLedger.Stream stream = scene.organization();
    Subscribed first = scene.subscribe(stream, receiver.url(), "key.revoked");
    Subscribed second = scene.subscribe(stream, receiver.url(), "key.revoked");
    Caller caller = member(stream);
    for (Subscribed one : List.of(first, second)) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(scene.count("secrets", "true", one)).isEqualTo(1));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(scene.count("subscription", "true", one)).isEqualTo(1));
    }
    var waiting =
        CompletableFuture.supplyAsync(
            () -> service.post(caller, path(stream, first) + "/test", "").status());
    await().atMost(SOON).untilAsserted(() -> assertThat(receiver.asked()).hasSize(1));

    Answer answer = service.post(caller, path(stream, second) + "/test", "");

    over.countDown();
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body().path("code").asString()).isEqualTo("too_many_tests");
    assertThat(waiting.join()).isEqualTo(200);
    assertThat(service.post(caller, path(stream, second) + "/test", "").status()).isEqualTo(200);
  }

  @Test
  void aTestMessageIsSentAtOnceAndSaysWhatCameOfIt() {
    receiver.answerJson(202, "{}");
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "key.revoked");
    Caller caller = member(stream);
    String test = path(stream, subscribed) + "/test";
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(service.get(caller, path(stream, subscribed) + "/deliveries").status())
                .isEqualTo(200));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(scene.count("secrets", "true", subscribed)).isEqualTo(1));

    Answer answer = service.post(caller, test, "");

    assertThat(answer.body().path("delivered").asBoolean(false)).isTrue();
    assertThat(answer.body().path("status").asInt()).isEqualTo(202);
    assertThat(receiver.last().body()).contains("dev.keyledger.webhook.test");
    assertThat(receiver.last().headers().getFirst("webhook-signature")).startsWith("v1,");
    for (int i = 0; i < 9; i++) {
      assertThat(service.post(caller, test, "").status()).isEqualTo(200);
    }
    assertThat(service.post(caller, test, "").status()).isEqualTo(429);
  }

  @Test
  void nobodySeesOrSendsWhatIsAnotherOrganisations() {
    TestLedger.Stream stream = scene.organization();
    Subscribed subscribed = scene.subscribe(stream, receiver.url(), "*");
    Caller stranger = member(scene.organization());
    Caller reader =
        DeliveryServiceUnderTest.caller(
            Caller.Kind.MEMBER, stream.id, Set.of(Permissions.SUBSCRIPTIONS_READ));
    String path = path(stream, subscribed);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(service.get(reader, path + "/deliveries").status()).isEqualTo(200));

    assertThat(service.get(stranger, path + "/deliveries").status()).isEqualTo(403);
    assertThat(service.post(reader, path + "/test", "").status()).isEqualTo(403);
    assertThat(service.post(reader, path + "/replay", "{\"after\":1}").status()).isEqualTo(403);
    String elsewhere = "/v1/organizations/" + stream.id + "/subscriptions/sub_none/deliveries";
    assertThat(service.get(reader, elsewhere).status()).isEqualTo(404);

    scene.publish(stream, new SubscriptionRemoved(subscribed.id(), null, scene.clock.instant()));
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(service.post(member(stream), path + "/replay", "{\"after\":1}").status())
                .isEqualTo(404));
    assertThat(service.get(reader, path + "/deliveries").status()).isEqualTo(200);
  }
}
