package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Answer;
import dev.keyledger.delivery.collector.SyslogReceiver;
import dev.keyledger.delivery.collector.TestCertificate;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** History brought to collectors, on real sockets, by a whole service. */
@Timeout(120)
class CollectorsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern UID =
      Pattern.compile("\"metadata\":\\{\"uid\":\"(evt_[al][0-9]+)\"");
  private static final String TAKEN = "{\"text\":\"Success\",\"code\":0}";
  private static final Set<String> BOTH =
      Set.of(
          Permissions.SUBSCRIPTIONS_READ, Permissions.SUBSCRIPTIONS_MANAGE, Permissions.AUDIT_READ);

  private static WebhookScene scene;
  private static FakeHistory history;
  private static DeliveryServiceUnderTest service;
  private static Map<String, Object> settings;
  private final StubServer receiver = new StubServer();

  @BeforeAll
  static void start() {
    scene = new WebhookScene();
    history = new FakeHistory(scene.broker.bootstrapServers());
    settings = Map.of("keyledger.query-service.url", history.url());
    service = scene.replica(settings);
  }

  @AfterAll
  static void stop() {
    scene.close();
    history.close();
  }

  @AfterEach
  void end() {
    scene.removeAll();
    receiver.close();
  }

  /** One that has happened to, and history has it. */
  private static void happens(TestLedger.Stream stream, int events) {
    for (int i = 0; i < events; i++) {
      scene.publish(scene.event(stream));
    }
    history.catchesUp(scene.published(stream));
  }

  private static SubscriptionId splunk(TestLedger.Stream stream, String url, String... patterns) {
    SubscriptionId id =
        scene.collector(
            stream,
            url,
            "the-token",
            CollectorSettings.NONE,
            patterns.length == 0 ? new String[] {"*"} : patterns);
    history.catchesUp(scene.published(stream));
    return id;
  }

  private Answer progress(TestLedger.Stream stream, SubscriptionId id) {
    return service.get(member(stream), path(stream, id));
  }

  private static String path(TestLedger.Stream stream, SubscriptionId id) {
    return "/v1/organizations/" + stream.id + "/subscriptions/" + id + "/progress";
  }

  private static Caller member(TestLedger.Stream stream) {
    return DeliveryServiceUnderTest.caller(Caller.Kind.MEMBER, stream.id, BOTH);
  }

  private List<String> uids() {
    return receiver.asked().stream().flatMap(one -> uids(one.body()).stream()).toList();
  }

  private static List<String> uids(String text) {
    List<String> found = new ArrayList<>();
    for (Matcher one = UID.matcher(text); one.find(); ) {
      found.add(one.group(1));
    }
    return found;
  }

  /** Looks again and again, while time goes on: a second is gathered, and rests end. */
  private static ConditionFactory await() {
    return Awaitility.await()
        .conditionEvaluationListener(one -> scene.clock.advance(Duration.ofMillis(200)));
  }

  private void awaitUids(String... expected) {
    await().atMost(SOON).untilAsserted(() -> assertThat(uids()).containsExactly(expected));
  }

  private static void awaitBegun(TestLedger.Stream stream, SubscriptionId id) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    service
                        .get(member(stream), path(stream, id))
                        .body()
                        .at("/activity/taken")
                        .isNumber())
                .isTrue());
  }

  @Test
  void historyBehindItsCreationComesInBatchesWithItsTokenAndIsTakenOnce() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    happens(stream, 3);
    history.happened(stream.id, "sign_in.failed");
    SubscriptionId id = splunk(stream, receiver.url());
    awaitBegun(stream, id);
    history.happened(stream.id, "key.denied");
    happens(stream, 2);

    await().atMost(SOON).untilAsserted(() -> assertThat(uids()).hasSize(3));

    assertThat(uids()).containsExactlyInAnyOrder("evt_l5", "evt_l6", "evt_a1");
    assertThat(receiver.last().headers().getFirst("Authorization")).isEqualTo("Splunk the-token");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(progress(stream, id).body().path("events").asInt()).isEqualTo(3));
    JsonNode progress = progress(stream, id).body();
    assertThat(progress.at("/ledger/taken").asInt()).isEqualTo(6);
    assertThat(progress.at("/ledger/newest").asInt()).isEqualTo(6);
    assertThat(progress.at("/activity/taken").asInt()).isEqualTo(1);
    assertThat(progress.path("failures").asInt()).isZero();
  }

  @Test
  void aBatchHasAsManyEventsAsItMayAndOnlyOfTheTypesThatWereAskedFor() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url(), "key.*");
    happens(stream, 250);

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(uids()).hasSize(250).doesNotHaveDuplicates());
    assertThat(receiver.asked())
        .allSatisfy(one -> assertThat(uids(one.body())).hasSizeBetween(1, 100));
    assertThat(uids().getFirst()).isEqualTo("evt_l2");
    assertThat(id).isNotNull();
  }

  @Test
  void whatWasRefusedStaysDueWithRestsAndIsToldOf() {
    receiver.answerJson(403, "{\"text\":\"Invalid token the-token\",\"code\":4}");
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    happens(stream, 1);

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(progress(stream, id).body().path("error").asString("")).isEqualTo("hec_4"));
    Answer refused = progress(stream, id);
    assertThat(refused.body().path("status").asInt()).isEqualTo(403);
    assertThat(refused.body().at("/ledger/taken").asInt()).isEqualTo(1);
    assertThat(refused.response().body()).doesNotContain("the-token");
    assertThat(receiver.asked()).hasSize(1);
    receiver.answerJson(200, TAKEN);

    scene.clock.advance(Duration.ofSeconds(10));

    awaitUids("evt_l2", "evt_l2");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(progress(stream, id).body().path("failures").asInt(-1)).isZero());
  }

  @Test
  void anAnswerThatIsNoEventCollectorsIsNoDelivery() {
    receiver.answerJson(200, "<html>Welcome</html>");
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    happens(stream, 1);

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(progress(stream, id).body().path("error").asString(""))
                .isEqualTo("not_understood"));
    assertThat(progress(stream, id).body().at("/ledger/taken").asInt()).isEqualTo(1);
  }

  @Test
  void aReceiverThatHangsDelaysNoOther() throws Exception {
    var hang = new CountDownLatch(1);
    try (var slow = new StubServer()) {
      slow.answer(exchange -> hold(hang, exchange));
      receiver.answerJson(200, TAKEN);
      TestLedger.Stream stream = scene.organization();
      for (int i = 0; i < 3; i++) {
        SubscriptionId unused = splunk(stream, slow.url());
      }
      TestLedger.Stream other = scene.organization();
      SubscriptionId unused = splunk(other, receiver.url());
      happens(stream, 1);
      await().atMost(SOON).until(() -> !slow.asked().isEmpty());

      happens(other, 1);

      awaitUids("evt_l2");
      hang.countDown();
    }
  }

  private static void hold(CountDownLatch latch, HttpExchange exchange) throws java.io.IOException {
    try {
      latch.await();
      StubServer.answerJson(exchange, 200, TAKEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatWasTakenAndCouldNotBeNotedComesOnceMoreWithTheSameId() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    scene.refuseToNoteBatches();
    happens(stream, 1);
    await().atMost(SOON).until(() -> scene.refusedBatches() > 0);

    scene.noteBatches();
    scene.clock.advance(Duration.ofMinutes(2));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(progress(stream, id).body().at("/ledger/taken").asInt()).isEqualTo(2));
    assertThat(uids()).hasSizeGreaterThan(1).containsOnly("evt_l2");
  }

  @Test
  void whatIsPersonalAndCannotBeOpenedJustNowIsWaitedFor() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    history.opens(false);
    happens(stream, 1);

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(progress(stream, id).body().path("error").asString(""))
                .isEqualTo("history_incomplete"));
    assertThat(receiver.asked()).isEmpty();
    history.opens(true);

    awaitUids("evt_l2");
  }

  @Test
  void aTokenOfOnePlaceIsShownAtNoOther() {
    receiver.answerJson(200, TAKEN);
    try (var elsewhere = new StubServer()) {
      elsewhere.answerJson(200, TAKEN);
      TestLedger.Stream stream = scene.organization();
      SubscriptionId id = splunk(stream, receiver.url());
      happens(stream, 1);
      awaitUids("evt_l2");

      scene.move(stream, id, elsewhere.url(), "another-token");
      history.catchesUp(scene.published(stream));

      await().atMost(SOON).until(() -> !elsewhere.asked().isEmpty());
      assertThat(elsewhere.asked())
          .allSatisfy(one ->
              assertThat(one.headers().getFirst("Authorization"))
                  .isEqualTo("Splunk another-token"));
    }
  }

  @Test
  void whileItIsPausedNothingComesAndThenAllThatWasMissed() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url(), "key.created");
    scene.publish(
        stream,
        new SubscriptionPaused(
            id, SubscriptionPaused.Cause.REQUESTED, null, scene.clock.instant()));
    happens(stream, 2);
    await().atMost(SOON).until(() -> scene.reached(stream) == 4);
    scene.clock.advance(Duration.ofMinutes(2));
    assertThat(receiver.asked()).isEmpty();

    scene.publish(stream, new SubscriptionResumed(id, scene.clock.instant()));
    history.catchesUp(scene.published(stream));

    awaitUids("evt_l3", "evt_l4");
  }

  @Test
  void aCollectorIsSetBackAndComesToItsPlaceAgain() {
    receiver.answerJson(200, TAKEN);
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    happens(stream, 1);
    awaitUids("evt_l2");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(progress(stream, id).body().at("/ledger/taken").asInt()).isEqualTo(2));

    Answer back = service.send(member(stream), "PUT", path(stream, id), "{\"ledger\":0}");

    assertThat(back.status()).isEqualTo(200);
    awaitUids("evt_l2", "evt_l1", "evt_l2");
    for (String wrong : List.of("{}", "{\"ledger\":-2}", "{\"ledger\":99}")) {
      assertThat(service.send(member(stream), "PUT", path(stream, id), wrong).status())
          .as(wrong)
          .isEqualTo(422);
    }
    Caller blind =
        DeliveryServiceUnderTest.caller(
            Caller.Kind.MEMBER, stream.id, Set.of(Permissions.SUBSCRIPTIONS_MANAGE));
    assertThat(service.send(blind, "PUT", path(stream, id), "{\"ledger\":2}").status())
        .isEqualTo(403);
    history.goesAway();
    assertThat(service.send(member(stream), "PUT", path(stream, id), "{\"ledger\":99}").status())
        .isEqualTo(503);
    history.comesBack();
    String base = path(stream, id).replace("/progress", "");
    assertThat(service.post(member(stream), base + "/replay", "{\"after\":-1}").status())
        .isEqualTo(409);
    WebhookScene.Subscribed hook = scene.subscribe(stream, receiver.url(), "organization.*");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(progress(stream, hook.id()).body().path("code").asString(""))
                .isEqualTo("other_kind"));
  }

  @Test
  void aReceiverOfSyslogTakesItsMessagesAndWhatItBrokeOffComesAgain() {
    var certificate = new TestCertificate("ip:127.0.0.1");
    try (var syslog = new SyslogReceiver(certificate)) {
      syslog.ends(SyslogReceiver.End.BY_RESET);
      TestLedger.Stream stream = scene.organization();
      SubscriptionId id =
          scene.collector(
              stream,
              CollectorSettings.SYSLOG + "127.0.0.1:" + syslog.port(),
              "",
              new CollectorSettings(null, null, 4, certificate.pem()),
              "*");
      history.catchesUp(scene.published(stream));
      happens(stream, 2);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(progress(stream, id).body().path("failures").asInt()).isEqualTo(1));
      assertThat(progress(stream, id).body().at("/ledger/taken").asInt()).isEqualTo(1);
      int before = syslog.messages.size();
      syslog.ends(SyslogReceiver.End.IN_ORDER);
      scene.clock.advance(Duration.ofSeconds(10));

      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(progress(stream, id).body().at("/ledger/taken").asInt()).isEqualTo(3));
      assertThat(uids(String.join("", syslog.messages.subList(before, syslog.messages.size()))))
          .containsExactly("evt_l2", "evt_l3");
      assertThat(syslog.messages.getLast())
          .startsWith("<38>1 2026-11-28T02:03:04.005Z - keyledger - key.created [keyledger@32473 ");
    }
  }

  @Test
  void aPrivateAddressThatNobodyNamedIsNotConnectedTo() {
    TestLedger.Stream stream = scene.organization();
    SubscriptionId hec = splunk(stream, "https://10.255.255.1:8088/");
    SubscriptionId syslog =
        scene.collector(
            stream,
            CollectorSettings.SYSLOG + "10.255.255.1:6514",
            "",
            CollectorSettings.NONE,
            "*");
    happens(stream, 1);

    for (SubscriptionId id : List.of(hec, syslog)) {
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(progress(stream, id).body().path("error").asString(""))
                  .isEqualTo("address_not_allowed"));
    }
  }

  @Test
  void aReceiverThatIsGoneIsToldToTheLedgerAndSentNothing() {
    receiver.answerJson(410, "{}");
    TestLedger.Stream stream = scene.organization();
    SubscriptionId id = splunk(stream, receiver.url());
    happens(stream, 1);

    await()
        .atMost(SOON)
        .until(() ->
            scene.commandService.asked().stream()
                .anyMatch(one ->
                    one.uri().getPath().endsWith("/gone") && one.body().contains(id.value())));
    int sent = receiver.asked().size();
    scene.clock.advance(Duration.ofHours(2));
    happens(stream, 1);
    await().atMost(SOON).until(() -> scene.reached(stream) == 3);
    assertThat(receiver.asked()).hasSize(sent);
  }

  @Test
  void ofTwoReplicasOneSendsToACollector() {
    receiver.answerJson(200, TAKEN);
    try (var another = scene.replica(settings)) {
      assertThat(another.port()).isPositive();
      TestLedger.Stream stream = scene.organization();
      SubscriptionId unused = splunk(stream, receiver.url(), "key.*");
      for (int i = 0; i < 5; i++) {
        happens(stream, 40);
        scene.clock.advance(Duration.ofSeconds(2));
      }

      await().atMost(SOON).untilAsserted(() -> assertThat(uids()).hasSize(200));
      assertThat(uids()).doesNotHaveDuplicates();
    }
  }
}
