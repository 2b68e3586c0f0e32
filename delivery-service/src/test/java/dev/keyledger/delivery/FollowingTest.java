package dev.keyledger.delivery;

import static dev.keyledger.delivery.DeliveryServiceUnderTest.SERVICE;
import static dev.keyledger.delivery.DeliveryServiceUnderTest.caller;
import static dev.keyledger.delivery.DeliveryServiceUnderTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Event;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Following;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.DescribedEndpoints;
import dev.keyledger.testing.Endpoints;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class FollowingTest {
  private static final String PATH = "/v1/revocations";

  private static Servers.Broker broker;
  private static TestLedger ledger;
  private static DeliveryServiceUnderTest service;

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    ledger = new TestLedger(broker.bootstrapServers());
    service =
        new DeliveryServiceUnderTest(
            broker,
            // Fewer requests at once than streams: those hold none of the turns.
            Map.of("keyledger.delivery.streams", 8, "keyledger.bounds.requests", 4));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(service.get(SERVICE, PATH).body().path("fresh").asBoolean(false))
                .as(service.get(SERVICE, PATH).body().toString())
                .isTrue());
  }

  @AfterAll
  static void stop() {
    service.close();
    ledger.close();
    broker.close();
  }

  private static void ends(TestLedger.Stream of, String key, long position) {
    ledger.publish(revocation(of, key, position));
  }

  private static Revocation revocation(TestLedger.Stream of, String key, long position) {
    return new Revocation(
        of.id,
        of.id.value(),
        position,
        position == 0 ? null : position - 1,
        Revocation.Subject.CREDENTIAL,
        key,
        TestLedger.START,
        Revocation.Effect.END,
        true,
        TestLedger.START);
  }

  private static List<String> ids(JsonNode page) {
    return page.path("revocations").valueStream().map(one -> one.path("id").asString()).toList();
  }

  private static List<String> told(List<Event> events) {
    return events.stream().map(event -> event.data().path("id").asString()).toList();
  }

  /** A page behind that place, once there is one with something in it. */
  private static JsonNode page(Caller caller, String after) {
    return service.get(caller, PATH + "?after=" + after, "Prefer", "wait=30").body();
  }

  @Test
  void aPageGoesOnWhereTheOneBeforeEndedAndWaitsForNews() {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    JsonNode empty = service.get(caller, PATH).body();
    assertThat(ids(empty)).isEmpty();
    assertThat(empty.path("fresh").asBoolean()).isTrue();
    assertThat(empty.path("age_ms").asLong()).isBetween(1L, 2_000L);

    var waiting = CompletableFuture.supplyAsync(() -> page(caller, empty.path("next").asString()));
    ends(org, "key_a", 0);
    JsonNode first = waiting.join();
    assertThat(ids(first)).containsExactly("key_a");
    ends(org, "key_b", 1);
    JsonNode second = page(caller, first.path("next").asString());
    assertThat(ids(second)).containsExactly("key_b");
    assertThat(second.path("revocations").get(0).path("previous").asLong()).isZero();
    assertThat(ids(service.get(caller, PATH).body())).containsExactly("key_a", "key_b");

    var unasked = service.get(caller, PATH + "?after=" + second.path("next").asString());
    assertThat(unasked.body().path("reset").asBoolean()).isFalse();
    assertThat(unasked.response().headers().firstValue("Cache-Control")).contains("no-store");
    var asked =
        service.get(caller, PATH + "?after=" + second.path("next").asString(), "Prefer", "wait=0");
    assertThat(asked.response().headers().firstValue("Preference-Applied")).contains("wait=0");
  }

  @Test
  void anOrganizationHearsOfItsOwnAloneAndAPlatformServiceOfAll() {
    var org = new TestLedger.Stream();
    var other = new TestLedger.Stream();
    String before = service.get(SERVICE, PATH).body().path("next").asString();
    ends(org, "key_of_org", 0);
    ends(other, "key_of_other", 0);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(ids(service.get(SERVICE, PATH + "?limit=1000&after=" + before).body()))
                .contains("key_of_org", "key_of_other"));
    assertThat(ids(service.get(key(org.id), PATH).body())).containsExactly("key_of_org");
    assertThat(ids(service.get(key(other.id), PATH).body())).containsExactly("key_of_other");
    var without = service.get(caller(Caller.Kind.API_KEY, org.id, Set.of("audit.read")), PATH);
    assertThat(without.status()).isEqualTo(403);
    assertThat(without.body().path("code").asString()).isEqualTo("forbidden");
  }

  @Test
  void aStreamTellsAllThatIsHeldThenWhatComesAndGoesOnWhereItWasLeft() throws IOException {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    ends(org, "key_a", 0);
    String last;
    try (Following stream = service.follow(caller, PATH)) {
      assertThat(stream.response().headers().firstValue("Content-Type"))
          .contains("text/event-stream;charset=UTF-8");
      assertThat(told(stream.news(1))).containsExactly("key_a");
      ends(org, "key_b", 1);
      List<Event> news = stream.news(1);
      assertThat(told(news)).containsExactly("key_b");
      last = news.getFirst().id();
    }
    ends(org, "key_c", 2);
    try (Following stream =
        service.follow(caller, PATH + "?after=ignored", "Last-Event-ID", last)) {
      assertThat(told(stream.news(1))).containsExactly("key_c");
    }
    try (Following stream = service.follow(caller, PATH + "?after=" + last)) {
      assertThat(told(stream.news(1))).containsExactly("key_c");
    }
  }

  @Test
  void heartbeatsSayHowFreshItIsThreeTimesWithinTheBound() throws IOException {
    try (Following stream = service.follow(key(new TestLedger.Stream().id), PATH)) {
      assertThat(stream.next()).extracting(Event::name).isEqualTo("heartbeat");
      long begin = System.nanoTime();
      for (int i = 0; i < 6; i++) {
        Event beat = stream.next();
        assertThat(beat).isNotNull();
        assertThat(beat.data().path("fresh").asBoolean()).isTrue();
        assertThat(beat.data().path("age_ms").asLong()).isBetween(1L, 2_000L);
        assertThat(beat.id()).isNotNull();
      }
      // Six of them in four seconds; a slow machine gets as many in eight.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void noHeartbeatSaysFreshWhileThereIsMoreToTell() throws IOException {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    int many = 1_000;
    ledger.begin();
    for (int i = 0; i < many; i++) {
      ledger.write(revocation(org, "key_" + i, i));
    }
    ledger.commit();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ids(service.get(caller, PATH + "?limit=1000").body()).size() == many);
    try (Following stream = service.follow(caller, PATH)) {
      int told = 0;
      Event event = stream.next();
      while (told < many) {
        assertThat(event).isNotNull();
        if (event.name().equals("heartbeat")) {
          assertThat(event.data().path("fresh").asBoolean()).as("behind %s", told).isFalse();
        } else {
          told++;
        }
        event = stream.next();
      }
      while (event != null && !event.data().path("fresh").asBoolean(false)) {
        event = stream.next();
      }
      assertThat(event).isNotNull();
    }
  }

  @Test
  void aStreamEndsOnceItsFollowersOwnCredentialHas() throws IOException {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    try (Following stream = service.follow(caller, PATH)) {
      ends(org, "key_other", 0);
      assertThat(told(stream.news(1))).containsExactly("key_other");
      // Whoever is asked may not have heard of it yet.
      ends(org, caller.key().value(), 1);
      assertThat(told(stream.news(1))).containsExactly(caller.key().value());
      Event after;
      do {
        after = stream.next();
      } while (after != null);
    }
  }

  @Test
  void whoMayNotGoOnByTokenServicesWordIsTalkedToNoLonger() throws IOException {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    try (Following stream = service.follow(caller, PATH)) {
      service.end(caller);
      ledger.publish(
          new Revocation(
              org.id,
              org.id.value(),
              0,
              null,
              Revocation.Subject.ORGANIZATION,
              org.id.value(),
              TestLedger.START,
              Revocation.Effect.RECHECK,
              false,
              TestLedger.START));
      Event after;
      do {
        after = stream.next();
      } while (after != null);
    }
    assertThat(service.get(caller, PATH).status()).isEqualTo(401);
  }

  @Test
  void whoTakesNothingDelaysNobody() throws IOException {
    var org = new TestLedger.Stream();
    Caller slow = key(org.id);
    Caller quick = key(org.id);
    try (Following asleep = service.follow(slow, PATH);
        Following awake = service.follow(quick, PATH)) {
      assertThat(asleep.response().statusCode()).isEqualTo(200);
      // More than any buffer on the way takes.
      int many = 20_000;
      ledger.begin();
      for (int i = 0; i < many; i++) {
        ledger.write(revocation(org, "key_" + i, i));
      }
      ledger.commit();
      List<Event> news = awake.news(many);
      assertThat(news.getLast().data().path("id").asString()).isEqualTo("key_" + (many - 1));
      assertThat(news)
          .extracting(event -> event.data().path("position").asLong())
          .isSorted()
          .doesNotHaveDuplicates();
      // Who wakes is told all of it too.
      assertThat(told(asleep.news(many))).hasSize(many);
    }
  }

  @Test
  void noOrganizationTakesAllStreamsAndWhoGoesGivesTheirsBack() {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    var open = new ArrayList<Following>();
    try {
      Following refused = null;
      for (int i = 0; i < 9 && refused == null; i++) {
        Following stream = service.follow(caller, PATH);
        open.add(stream);
        refused = stream.response().statusCode() == 200 ? null : stream;
      }
      assertThat(refused).isNotNull();
      assertThat(refused.response().statusCode()).isEqualTo(429);
      assertThat(refused.response().headers().firstValue("Retry-After")).contains("5");
      assertThat(open.size()).isGreaterThan(2);
      // A page that waits is one too; one that doesn't isn't.
      String next = service.get(caller, PATH).body().path("next").asString();
      assertThat(service.get(caller, PATH + "?after=" + next, "Prefer", "wait=5").status())
          .isEqualTo(429);
      try (Following other = service.follow(key(new TestLedger.Stream().id), PATH)) {
        assertThat(other.response().statusCode()).isEqualTo(200);
      }
    } finally {
      open.forEach(Following::close);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          try (Following again = service.follow(caller, PATH)) {
            assertThat(again.response().statusCode()).isEqualTo(200);
          }
        });
  }

  @Test
  void whatNoFeedHasGivenIsRefusedAndWhatAnotherTopicGaveBeginsAnew() throws IOException {
    var org = new TestLedger.Stream();
    Caller caller = key(org.id);
    ends(org, "key_a", 0);
    String next =
        page(caller, service.get(caller, PATH).body().path("next").asString())
            .path("next")
            .asString();
    for (String bad :
        List.of(
            "x",
            "0",
            next + next.substring(next.indexOf('.')),
            "%00",
            next.replaceAll("-[0-9]+$", "-x"))) {
      var refused = service.get(caller, PATH + "?after=" + bad);
      assertThat(refused.status()).as(bad).isEqualTo(422);
      assertThat(refused.body().path("code").asString()).isEqualTo("invalid_field");
      assertThat(refused.body().path("field").asString()).isEqualTo("after");
    }
    try (Following refused = service.follow(caller, PATH, "Last-Event-ID", "x")) {
      assertThat(refused.response().statusCode()).isEqualTo(422);
    }
    for (String bad : List.of("0", "1001", "x", "-1")) {
      assertThat(service.get(caller, PATH + "?limit=" + bad).status()).as(bad).isEqualTo(422);
    }
    String foreign = "A".repeat(22) + next.substring(22);
    JsonNode anew = service.get(caller, PATH + "?after=" + foreign).body();
    assertThat(anew.path("reset").asBoolean()).isTrue();
    assertThat(ids(anew)).containsExactly("key_a");
    try (Following stream = service.follow(caller, PATH + "?after=" + foreign)) {
      List<Event> news = stream.news(2);
      assertThat(news).extracting(Event::name).containsExactly("reset", "revocation");
      // Whoever breaks off between them comes back with the place that they had.
      assertThat(news.getFirst().id()).isNull();
    }
  }

  @Test
  void whoAsksForTheHeadAloneGetsItAndNoStream() {
    RawHttp.Answer answer =
        RawHttp.send(
            service.port(),
            "HEAD " + PATH + " HTTP/1.1",
            "Authorization: Bearer " + service.tokenOf(SERVICE),
            "Accept: text/event-stream");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream;charset=UTF-8");
  }

  @Test
  void everyEndpointIsDescribedAndRefusesAParameterThatItDoesNotHave() {
    Set<Endpoints.Endpoint> endpoints = Endpoints.ofControllers(service.context());
    Caller anybody = caller(Caller.Kind.SERVICE, null, Set.copyOf(Permissions.ALL));
    for (var endpoint : endpoints) {
      if (DescribedEndpoints.isOfTheApi(endpoint)) {
        var answer = service.send(anybody, endpoint.method(), endpoint.path() + "?not_here=1", "");
        assertThat(answer.status()).as(endpoint.toString()).isEqualTo(422);
        assertThat(answer.body().path("parameters"))
            .extracting(name -> name.asString())
            .isEqualTo(DescribedEndpoints.parametersOf(endpoint));
      }
    }
    assertThat(endpoints).extracting(Endpoints.Endpoint::path).contains(PATH);
  }

  @Test
  void aServiceThatStopsEndsItsStreamsFirst() throws IOException {
    var another = new DeliveryServiceUnderTest(broker, Map.of());
    await().atMost(Duration.ofSeconds(60)).until(() -> another.get(SERVICE, PATH).status() == 200);
    try (Following stream = another.follow(SERVICE, PATH)) {
      assertThat(stream.next()).isNotNull();
      long begin = System.nanoTime();
      another.close();
      Event after;
      do {
        after = stream.next();
      } while (after != null);
      // It would wait ten seconds for a request that doesn't end.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }
  }
}
