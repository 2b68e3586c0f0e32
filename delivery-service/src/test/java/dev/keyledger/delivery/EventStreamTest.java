package dev.keyledger.delivery;

import static dev.keyledger.delivery.DeliveryServiceUnderTest.SERVICE;
import static dev.keyledger.delivery.DeliveryServiceUnderTest.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Answer;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Event;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Following;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.TestLedger;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class EventStreamTest {
  private static final Caller OPERATOR =
      caller(Caller.Kind.OPERATOR, null, Set.of(Permissions.AUDIT_READ));

  private static Servers.Broker broker;
  private static TestLedger ledger;
  private static FakeHistory history;
  private static DeliveryServiceUnderTest service;

  private final TestLedger.Stream org = new TestLedger.Stream();
  private final Caller auditor = auditor(org);
  private final String path = "/v1/organizations/" + org.id + "/events/stream";

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    ledger = new TestLedger(broker.bootstrapServers());
    history = new FakeHistory(broker.bootstrapServers());
    service =
        new DeliveryServiceUnderTest(
            broker,
            // Memory for a few dozen events.
            Map.of(
                "keyledger.query-service.url",
                history.url(),
                "keyledger.delivery.event-memory",
                100_000));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> service.get(SERVICE, "/v1/revocations").body().path("fresh").asBoolean(false));
  }

  @AfterAll
  static void stop() {
    service.close();
    history.close();
    ledger.close();
    broker.close();
  }

  private static Caller auditor(TestLedger.Stream of) {
    return caller(Caller.Kind.API_KEY, of.id, Set.of(Permissions.AUDIT_READ));
  }

  /** It happens, and history shows it. */
  private static LedgerEvent happens(LedgerEvent event) {
    ledger.publish(event);
    history.shows(event);
    return event;
  }

  private LedgerEvent created() {
    return org.next(TestLedger.created(TestLedger.newKey(), "a key"));
  }

  private LedgerEvent revoked() {
    return org.next(
        new KeyRevoked(TestLedger.newKey(), KeyRevoked.Cause.REQUESTED, "left", TestLedger.START));
  }

  private Answer page(String query, String... headers) {
    return service.get(auditor, path + query, headers);
  }

  /** A page behind a position, once there is one with something in it. */
  private JsonNode awaited(String query) {
    return page(query, "Prefer", "wait=30").body();
  }

  /** Until it has heard of everything up to that position. */
  private void awaitHead(long position) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page("?after=now").body().path("next").asLong() == position);
  }

  private static List<Long> positions(JsonNode page) {
    return page.path("events").valueStream().map(one -> one.path("position").asLong()).toList();
  }

  private static List<Long> positions(List<Event> events) {
    return events.stream().map(event -> event.data().path("position").asLong()).toList();
  }

  @Test
  void aPageGoesOnWhereTheOneBeforeEndedAndWaitsForNews() {
    LedgerEvent first = happens(org.registered());
    JsonNode beginning = awaited("");
    assertThat(positions(beginning)).containsExactly(0L);
    JsonNode told = beginning.path("events").get(0);
    assertThat(told.path("id").asString()).isEqualTo(first.id().value());
    assertThat(told.path("type").asString()).isEqualTo("dev.keyledger.organization.registered");
    assertThat(told.has("previous")).isFalse();
    assertThat(told.path("data")).isEqualTo(EventCodec.mapper().readTree(EventCodec.encode(first)));
    assertThat(beginning.path("next").asLong()).isZero();

    var waiting = CompletableFuture.supplyAsync(() -> awaited("?after=0"));
    LedgerEvent second = created();
    ledger.publish(second);
    JsonNode next = waiting.join();
    assertThat(positions(next)).containsExactly(1L);
    assertThat(next.path("events").get(0).path("id").asString()).isEqualTo(second.id().value());
    assertThat(next.path("events").get(0).path("previous").asLong()).isZero();

    Answer empty = page("?after=1", "Prefer", "wait=0");
    assertThat(empty.body().path("events")).isEmpty();
    assertThat(empty.response().headers().firstValue("Preference-Applied")).contains("wait=0");
    assertThat(empty.response().headers().firstValue("Cache-Control")).contains("no-store");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page("?after=1").body().path("fresh").asBoolean());
    assertThat(page("?after=1").body().path("age_ms").asLong()).isBetween(0L, 2_000L);
  }

  @Test
  void aStreamThatBeginsNowSaysFromWhereAndTellsWhatHappens() throws IOException {
    happens(org.registered());
    happens(created());
    awaitHead(1);
    try (Following stream = service.follow(auditor, path + "?after=now")) {
      Event snapshot = stream.news(1).getFirst();
      assertThat(snapshot.name()).isEqualTo("snapshot");
      assertThat(snapshot.data().path("position").asLong()).isEqualTo(1);
      assertThat(snapshot.id()).isEqualTo("1");
      LedgerEvent event = happens(created());
      Event told = stream.news(1).getFirst();
      assertThat(told.name()).isEqualTo("event");
      assertThat(told.id()).isEqualTo("2");
      assertThat(told.data().path("id").asString()).isEqualTo(event.id().value());
      assertThat(told.data().path("previous").asLong()).isEqualTo(1);
      long begin = System.nanoTime();
      Event beat;
      do {
        beat = Objects.requireNonNull(stream.next());
      } while (!beat.data().path("fresh").asBoolean());
      assertThat(beat.name()).isEqualTo("heartbeat");
      assertThat(beat.id()).isEqualTo("2");
      stream.next();
      stream.next();
      stream.next();
      // Three within the two seconds for which it may be relied on.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
    }
    assertThat(page("?after=now").body().path("next").asLong()).isEqualTo(2);
    try (Following again = service.follow(auditor, path + "?after=now", "Last-Event-ID", "0")) {
      assertThat(positions(again.news(2))).containsExactly(1L, 2L);
    }
  }

  @Test
  void whoIsFarBehindIsToldEverythingInOrderAndWhoIsNotIsToldAtOnce() throws IOException {
    var longAgo = new ArrayList<>(List.of(org.registered()));
    for (int i = 0; i < 2_000; i++) {
      longAgo.add(created());
    }
    ledger.publish(longAgo);
    history.shows(longAgo);
    // History says so first; memory, which live streams are told from, once it has read as far.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page("?after=2000").body().path("fresh").asBoolean());
    try (Following live = service.follow(auditor, path + "?after=now");
        Following behind = service.follow(auditor, path)) {
      assertThat(live.news(1).getFirst().data().path("position").asLong()).isEqualTo(2_000);
      happens(created());
      assertThat(positions(live.news(1))).containsExactly(2_001L);
      assertThat(positions(behind.news(2_002)))
          .isEqualTo(LongStream.rangeClosed(0, 2_001).boxed().toList());
      happens(created());
      assertThat(positions(behind.news(1))).containsExactly(2_002L);
    }
    JsonNode page = page("?limit=1000").body();
    assertThat(page.path("more").asBoolean()).isTrue();
    assertThat(page.path("events")).hasSizeBetween(100, 1_000);
  }

  @Test
  void aFilterLeavesOutAndEachNamesTheOneBeforeOfThoseThatAreTold() throws IOException {
    happens(org.registered());
    happens(revoked());
    happens(created());
    happens(created());
    happens(revoked());
    awaitHead(4);
    String revocations = "?types=key.revoked";
    JsonNode first = awaited(revocations);
    assertThat(positions(first)).containsExactly(1L, 4L);
    assertThat(first.path("events").get(0).has("previous")).isFalse();
    assertThat(first.path("events").get(1).path("previous").asLong()).isEqualTo(1);
    // Wherever somebody begins.
    assertThat(
            page(revocations + "&after=3").body().path("events").get(0).path("previous").asLong())
        .isEqualTo(1);
    try (Following stream = service.follow(auditor, path + revocations + "&after=4")) {
      happens(created());
      happens(revoked());
      Event told = stream.news(1).getFirst();
      assertThat(told.id()).isEqualTo("6");
      assertThat(told.data().path("previous").asLong()).isEqualTo(4);
    }
    assertThat(positions(page("?types=key.*,member.added").body()))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(positions(page("?types=key.created&types=organization.*").body()))
        .containsExactly(0L, 2L, 3L, 5L);
    assertThat(page("?types=key.*&after=6").body().path("next").asLong()).isEqualTo(6);
  }

  @Test
  void whichOneWasBeforeIsNotGuessedWhileHistoryIsBehind() {
    happens(org.registered());
    awaitHead(0);
    var unseen = new ArrayList<>(List.of(revoked()));
    for (int i = 0; i < 200; i++) {
      unseen.add(created());
    }
    ledger.publish(unseen);
    awaitHead(201);
    LedgerEvent last = revoked();
    ledger.publish(last);
    awaitHead(202);
    String query = "?types=key.revoked&after=201";
    JsonNode untold = page(query, "Prefer", "wait=1").body();
    assertThat(untold.path("events")).isEmpty();
    assertThat(untold.path("next").asLong()).isEqualTo(201);
    history.shows(unseen);
    JsonNode told = awaited(query);
    assertThat(positions(told)).containsExactly(202L);
    assertThat(told.path("events").get(0).path("previous").asLong()).isEqualTo(1);
  }

  @Test
  void whoComesFurtherThanHistoryIsToldNoOtherBeforeThanThereWas() throws IOException {
    history.shows(org.registered(), revoked());
    LedgerEvent told = revoked();
    // Another replica has told it up to there; this one has heard of nothing, nor has history.
    try (Following stream =
        service.follow(auditor, path + "?types=key.revoked", "Last-Event-ID", "2")) {
      Event beat = Objects.requireNonNull(stream.next());
      assertThat(beat.data().path("fresh").asBoolean()).isFalse();
      ledger.publish(revoked());
      history.shows(told);
      Event event = stream.news(1).getFirst();
      assertThat(event.id()).isEqualTo("3");
      assertThat(event.data().path("previous").asLong()).isEqualTo(2);
    }
  }

  @Test
  void whatIsMissingIsNotToldPast() throws IOException {
    happens(org.registered());
    try (Following stream = service.follow(auditor, path)) {
      assertThat(positions(stream.news(1))).containsExactly(0L);
      LedgerEvent torn = created();
      ledger.publishRaw(org.id, 1, "key.created", new byte[] {1});
      LedgerEvent behind = created();
      ledger.publish(behind);
      Event beat;
      do {
        beat = Objects.requireNonNull(stream.next());
        assertThat(beat.name()).isEqualTo("heartbeat");
        assertThat(beat.id()).isEqualTo("0");
      } while (beat.data().path("fresh").asBoolean());
      assertThat(behind.position()).isEqualTo(2);
      history.replaces(org.id, List.of(torn, behind));
      assertThat(positions(stream.news(2))).containsExactly(1L, 2L);
    }
  }

  @Test
  void whileHistoryIsAwayWhatIsInMemoryIsToldAndNothingElse() throws IOException {
    happens(org.registered());
    var other = new TestLedger.Stream();
    history.shows(other.registered());
    String others = "/v1/organizations/" + other.id + "/events/stream";
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page("?after=0").body().path("fresh").asBoolean());
    history.goesAway();
    try (Following stream = service.follow(auditor(other), others)) {
      assertThat(page("?after=0").status()).isEqualTo(200);
      Answer refused = service.get(auditor(other), others);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body().path("code").asString()).isEqualTo("unavailable");
      Event beat = Objects.requireNonNull(stream.next());
      assertThat(beat.name()).isEqualTo("heartbeat");
      assertThat(beat.data().path("fresh").asBoolean()).isFalse();
      history.comesBack();
      assertThat(positions(stream.news(1))).containsExactly(0L);
    } finally {
      history.comesBack();
    }
  }

  @Test
  void historyIsAskedByNobodyWhoWaitsForWhatHappens() throws IOException {
    happens(org.registered());
    try (Following stream = service.follow(auditor, path)) {
      assertThat(positions(stream.news(1))).containsExactly(0L);
      Event beat;
      do {
        beat = Objects.requireNonNull(stream.next());
      } while (!beat.data().path("fresh").asBoolean());
      int asked = history.asked();
      for (int i = 1; i <= 20; i++) {
        ledger.publish(created());
        assertThat(positions(stream.news(1))).containsExactly((long) i);
      }
      assertThat(history.asked()).isEqualTo(asked);
    }
  }

  @Test
  void aStreamEndsOnceItsCredentialDoes() throws IOException {
    happens(org.registered());
    try (Following stream = service.follow(auditor, path);
        Following other = service.follow(auditor(org), path)) {
      assertThat(stream.news(1)).hasSize(1);
      assertThat(other.news(1)).hasSize(1);
      KeyId key = Objects.requireNonNull(auditor.key());
      ledger.publish(
          new Revocation(
              org.id,
              org.id.value(),
              1,
              null,
              Revocation.Subject.CREDENTIAL,
              key.value(),
              TestLedger.START,
              Revocation.Effect.END,
              true,
              TestLedger.START));
      long begin = System.nanoTime();
      Event after;
      do {
        after = stream.next();
      } while (after != null);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
      assertThat(other.next()).isNotNull();
    }
  }

  @Test
  void whoIsRefusedMeanwhileIsToldNothingThatTheyWaitedFor() throws IOException {
    happens(org.registered());
    awaitHead(0);
    try (Following stream = service.follow(auditor, path)) {
      assertThat(stream.news(1)).hasSize(1);
      var waiting = CompletableFuture.supplyAsync(() -> page("?after=0", "Prefer", "wait=3"));
      await().atMost(Duration.ofSeconds(20)).until(() -> service.openStreams() >= 2);
      service.end(auditor);
      assertThat(waiting.join().status()).isEqualTo(401);
      // It is asked about once more two seconds after it began.
      Event after;
      do {
        after = stream.next();
      } while (after != null);
    }
  }

  @Test
  void whoMayNotReadHistoryIsToldNothing() {
    happens(org.registered());
    Caller stranger = auditor(new TestLedger.Stream());
    for (Caller one :
        List.of(stranger, caller(Caller.Kind.API_KEY, org.id, Set.of(Permissions.KEYS_VERIFY)))) {
      assertThat(service.get(one, path).status()).isEqualTo(403);
      try (Following refused = service.follow(one, path)) {
        assertThat(refused.response().statusCode()).isEqualTo(403);
      }
    }
    String slug = "/v1/organizations/slug/events/stream";
    assertThat(service.get(auditor, slug).body().path("organization").asString())
        .isEqualTo(org.id.value());
    assertThat(service.get(OPERATOR, path).body().path("organization").asString())
        .isEqualTo(org.id.value());
    String nowhere = "/v1/organizations/" + new TestLedger.Stream().id + "/events/stream";
    for (String unknown : List.of(slug, nowhere)) {
      assertThat(service.get(OPERATOR, unknown).status()).isEqualTo(404);
      try (Following refused = service.follow(OPERATOR, unknown)) {
        assertThat(refused.response().statusCode()).isEqualTo(404);
      }
    }
  }

  @Test
  void whatIsNoPlaceTypeOrSizeIsRefused() {
    happens(org.registered());
    for (String query :
        List.of(
            "?after=x",
            "?after=-2",
            "?after=01",
            "?types=key",
            "?types=key.revoked,nothing.*",
            "?limit=0",
            "?limit=1001")) {
      Answer answer = page(query);
      assertThat(answer.status()).as(query).isEqualTo(422);
      assertThat(answer.body().path("code").asString()).isEqualTo("invalid_field");
    }
    try (Following refused = service.follow(auditor, path, "Last-Event-ID", "x")) {
      assertThat(refused.response().statusCode()).isEqualTo(422);
    }
    JsonNode beyond = page("?after=1000").body();
    assertThat(beyond.path("events")).isEmpty();
    assertThat(beyond.path("next").asLong()).isEqualTo(1000);
    assertThat(beyond.path("fresh").asBoolean()).isFalse();
  }
}
