package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Kafka is the road, not the memory: the views outlive the ledger's topic. */
class TopicMadeAnewTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Status DEGRADED = new Status("DEGRADED");

  private static final MovableClock CLOCK = new MovableClock(TestLedger.START);

  private static Servers.Broker broker;
  private static Database database;
  private static EventsTopic topic;
  private static QueryServiceUnderTest service;

  private final List<Stream> streams = new ArrayList<>();

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    database = Servers.forTests().freshDatabase();
    topic = new EventsTopic(broker.bootstrapServers());
    service = replica();
  }

  @AfterAll
  static void stop() {
    service.close();
    topic.close();
    broker.close();
  }

  @BeforeEach
  void publishThirtySixEvents() {
    for (int i = 0; i < 12; i++) {
      streams.add(new Stream());
      topic.publish(streams.get(i).registered(), created(streams.get(i)), created(streams.get(i)));
    }
    streams.forEach(service::awaitApplied);
  }

  private static QueryServiceUnderTest replica() {
    return new QueryServiceUnderTest(database, broker.bootstrapServers(), CLOCK, Map.of());
  }

  private static LedgerEvent created(Stream stream) {
    return stream.next(TestLedger.created(TestLedger.newKey(), "key"));
  }

  private void publishOneMoreOfEach() {
    streams.forEach(stream -> topic.publish(created(stream)));
  }

  private void assertAllIsAppliedOnce() {
    streams.forEach(service::awaitApplied);
    var all = List.of(List.of(String.valueOf(topic.ledger().size())));
    assertThat(service.rows(live("select count(*) from events@"))).isEqualTo(all);
    assertThat(service.rows(live("select sum(events) from offsets@"))).isEqualTo(all);
    assertThat(service.rows(live("select 1 from halted@"))).isEmpty();
  }

  private static String live(String sql) {
    return new ViewVersion(service.liveGeneration()).sql(sql);
  }

  private void awaitHealthy() {
    await().atMost(PATIENCE).until(() -> health(service).getStatus().equals(Status.UP));
    await().atMost(PATIENCE).until(() -> lagSeconds() == 0);
  }

  private static Health health(QueryServiceUnderTest replica) {
    return ((HealthIndicator) replica.context().getBean("projectionHealthIndicator")).health();
  }

  private static Status readiness(QueryServiceUnderTest replica) {
    return replica.bean(HealthEndpoint.class).healthForPath("readiness").getStatus();
  }

  private double lagSeconds() {
    return gauge(service, "keyledger.projection.lag");
  }

  private static double gauge(QueryServiceUnderTest replica, String name) {
    return replica.bean(MeterRegistry.class).get(name).gauge().value();
  }

  @Test
  void aTopicMadeAnewAndFilledAgainIsReadFromItsBeginningAndAppliedOnce() {
    topic.makeAnew();
    topic.fillWith(topic.ledger());
    publishOneMoreOfEach();

    assertAllIsAppliedOnce();
    assertThat(service.rows(live("select distinct topic_id from offsets@")))
        .containsExactly(List.of(topic.id(Topics.EVENTS)));
    awaitHealthy();
  }

  @Test
  void aTopicMadeAnewWhileNothingRanIsReadFromItsBeginningHoweverLongItIsByThen() {
    service.close();
    topic.makeAnew();
    // The order between organisations is another one, and what is new comes first of all.
    var more = new ArrayList<LedgerEvent>();
    for (int i = 0; i < 12; i++) {
      var stream = new Stream();
      streams.add(stream);
      more.add(stream.registered());
      more.add(created(stream));
      more.add(created(stream));
      more.add(created(stream));
    }
    List<LedgerEvent> before = topic.ledger();
    topic.publish(more.toArray(LedgerEvent[]::new));
    topic.fillWith(before);

    service = replica();

    assertAllIsAppliedOnce();
  }

  @Test
  void twoReplicasAgreeOnATopicMadeAnewWhileEventsComeIn() {
    try (QueryServiceUnderTest second = replica()) {
      for (int round = 0; round < 3; round++) {
        publishOneMoreOfEach();
        topic.makeAnew();
        topic.fillWith(topic.ledger());
        publishOneMoreOfEach();
      }

      assertAllIsAppliedOnce();
      await().atMost(PATIENCE).until(() -> health(second).getStatus().equals(Status.UP));
    }
  }

  @Test
  void offsetsBehindTheEndOfATopicThatWasSetBackBeginAnew() {
    service.close();
    service.rows(live("update offsets@ set next_offset = next_offset + 100000 returning 1"));

    service = replica();
    publishOneMoreOfEach();

    assertAllIsAppliedOnce();
    awaitHealthy();
  }

  @Test
  void aGapThatWasSeenWhileTheTopicChangedIsMendedOnceTheMissingEventsCome() {
    Stream one = streams.getFirst();
    LedgerEvent missing = created(one);
    LedgerEvent after = created(one);
    List<LedgerEvent> before = topic.ledger();
    topic.makeAnew();
    topic.fillWith(List.of(after));
    await()
        .atMost(PATIENCE)
        .until(
            () -> service.rows(live("select reason from halted@")).equals(List.of(List.of("gap"))));

    topic.makeAnew();
    topic.fillWith(before);
    topic.publish(missing, after);

    await().atMost(PATIENCE).until(() -> service.rows(live("select 1 from halted@")).isEmpty());
    assertAllIsAppliedOnce();
    assertThat(service.rows(live("select 1 from parked@"))).isEmpty();
  }

  @Test
  void aGapInAPartlyFilledTopicIsMendedByTheRestOfIt() {
    Stream one = streams.getFirst();
    List<LedgerEvent> before = topic.ledger();
    LedgerEvent missing = created(one);
    LedgerEvent after = created(one);
    topic.makeAnew();
    topic.fillWith(List.of(after));
    await().atMost(PATIENCE).until(() -> !service.rows(live("select 1 from parked@")).isEmpty());

    topic.fillWith(before);
    topic.publish(missing, after);

    await().atMost(PATIENCE).until(() -> service.rows(live("select 1 from halted@")).isEmpty());
    assertAllIsAppliedOnce();
  }

  @Test
  void lagAndHealthAreTrueWhileTheTopicIsMissingEmptyOrShort() {
    // As the producer stamps records.
    CLOCK.set(Clock.systemUTC().instant());
    awaitHealthy();
    Stream one = streams.getFirst();
    topic.delete(Topics.EVENTS);
    await().atMost(PATIENCE).until(() -> says("topic_missing"));
    assertThat(health(service).getStatus()).isEqualTo(DEGRADED);
    await().atMost(PATIENCE).until(() -> readiness(service).equals(DEGRADED));
    CLOCK.advance(Duration.ofMinutes(5));
    await().atMost(PATIENCE).until(() -> lagSeconds() >= 300);
    assertThat(toldLag(one)).isGreaterThanOrEqualTo(300);

    topic.create(Topics.EVENTS);
    await().atMost(PATIENCE).until(() -> says("topic_short"));
    assertThat(health(service).getStatus()).isEqualTo(DEGRADED);
    int size = topic.ledger().size();
    assertThat(gauge(service, "keyledger.projection.topic.missing.events")).isEqualTo(size);
    assertThat(lagSeconds()).isGreaterThanOrEqualTo(300);
    var waited =
        service.get(OPERATOR, "/v1/organizations/" + one.id + "?at_least=" + (one.position() + 1));
    assertThat(waited.code()).isEqualTo("not_yet");

    topic.fillWith(topic.ledger().subList(0, size - 6));
    await()
        .atMost(PATIENCE)
        .until(() -> gauge(service, "keyledger.projection.topic.missing.events") == 6);
    assertThat(says("topic_short")).isTrue();

    topic.fillWith(topic.ledger().subList(size - 6, size));
    await().atMost(PATIENCE).until(() -> says("heard"));
    awaitHealthy();
    await().atMost(PATIENCE).until(() -> toldLag(one) < 5);
  }

  /** What a read says of itself. */
  private static double toldLag(Stream stream) {
    return Double.parseDouble(
        service
            .get(OPERATOR, "/v1/organizations/" + stream.id + "/events")
            .header("Keyledger-Lag"));
  }

  private boolean says(String ofKafka) {
    return ofKafka.equals(health(service).getDetails().get("kafka"));
  }

  @Test
  void viewsWhoseTopicForgotWhatTheyHadNotReadSaySoUntilItIsWholeAgain() {
    service.close();
    publishOneMoreOfEach();
    topic.forgetAll();
    service = replica();
    Stream one = streams.getFirst();
    var path = "/v1/organizations/" + one.id;
    try (QueryServiceUnderTest second = replica()) {
      for (QueryServiceUnderTest replica : List.of(service, second)) {
        await().atMost(PATIENCE).until(() -> health(replica).getStatus().equals(Status.DOWN));
        assertThat(health(replica).getDetails()).containsEntry("kafka", "topic_lost_events");
        assertThat(readiness(replica)).isEqualTo(Status.DOWN);
        assertThat(gauge(replica, "keyledger.projection.lost.partitions")).isPositive();
        assertThat(gauge(replica, "keyledger.projection.lag.events")).isPositive();
        var entry = replica.get(OPERATOR, "/v1/platform/halted-organizations").items().get(0);
        assertThat(entry.path("organization").isNull()).isTrue();
        assertThat(entry.path("reason").stringValue()).isEqualTo("topic_lost_events");
        for (String read :
            List.of(
                path,
                path + "/policy",
                path + "/keys",
                path + "/events",
                path + "/keys/" + TestLedger.newKey(),
                "/v1/organizations/no-such-one",
                "/v1/organizations")) {
          assertThat(replica.get(OPERATOR, read).header("Keyledger-Halted"))
              .as(read)
              .isEqualTo("topic_lost_events");
        }
        assertThat(replica.get(OPERATOR, path).header("Keyledger-Position")).isEqualTo("2");
      }
    }

    topic.makeAnew();
    topic.fillWith(topic.ledger());
    assertThat(rebuild()).isEqualTo("serving");

    assertAllIsAppliedOnce();
    awaitHealthy();
    assertThat(service.get(OPERATOR, "/v1/platform/halted-organizations").items()).isEmpty();
    assertThat(service.get(OPERATOR, path).header("Keyledger-Halted")).isEmpty();
  }

  private String rebuild() {
    String id =
        service.call(OPERATOR, "POST", "/v1/platform/rebuilds").body().path("id").stringValue();
    await().atMost(Duration.ofSeconds(60)).until(() -> state(id).equals("serving"));
    return state(id);
  }

  private String state(String id) {
    return service.get(OPERATOR, "/v1/platform/rebuilds/" + id).body().path("state").stringValue();
  }

  @Test
  void aRebuildFromAPartlyFilledTopicTakesOverOnceItShowsNoLessThanWhatServes() {
    List<LedgerEvent> ledger = topic.ledger();
    topic.makeAnew();
    int most = ledger.size() - 16;
    topic.fillWith(ledger.subList(0, most));
    await()
        .atMost(PATIENCE)
        .until(() ->
            service
                .rows(live("select distinct topic_id from offsets@"))
                .equals(List.of(List.of(topic.id(Topics.EVENTS)))));
    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    String id = asked.body().path("id").stringValue();
    var next = new ViewVersion(asked.body().path("generation").intValue());
    await()
        .atMost(PATIENCE)
        .until(() ->
            state(id).equals("catching_up")
                && service
                    .rows(next.sql("select count(*) from events@"))
                    .equals(List.of(List.of(String.valueOf(most)))));

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> state(id).equals("catching_up"));
    var waiting = service.get(OPERATOR, "/v1/platform/rebuilds/" + id).body();
    assertThat(waiting.path("percent").doubleValue()).isLessThan(100);
    assertThat(waiting.path("organizations_behind").longValue()).isEqualTo(6);

    topic.fillWith(ledger.subList(most, ledger.size()));
    await().atMost(PATIENCE).until(() -> state(id).equals("serving"));
    assertAllIsAppliedOnce();
  }
}
