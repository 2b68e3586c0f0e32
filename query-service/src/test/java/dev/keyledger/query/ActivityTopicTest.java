package dev.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that was told is stored twice or lost again, whatever becomes of the topic. */
class ActivityTopicTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant NOW = TestLedger.START;

  private final Database database = Servers.forTests().freshDatabase();
  private final Servers.Broker broker = Servers.forTests().freshBroker();
  private final OrganizationId organization = someOrganization();
  private final Activity first = signIn(organization, NOW);
  private final Activity second = signIn(organization, NOW);
  private EventsTopic topics;
  private QueryServiceUnderTest service;

  @BeforeEach
  void start() {
    topics = new EventsTopic(broker.bootstrapServers());
    service = replica(Map.of());
    happened(first, second);
    awaitStored(first, second);
  }

  @AfterEach
  void stop() {
    service.close();
    topics.close();
    broker.close();
  }

  @Test
  void whatATopicThatWasMadeAnewTellsAgainIsStoredOnceAndWhatItLostIsKept() {
    makeAnew();
    Activity third = signIn(organization, NOW);

    happened(second, third);

    awaitStored(first, second, third);
    assertThat(service.rows("select distinct topic_id from activity_offsets"))
        .containsExactly(List.of(topics.id(Topics.ACTIVITY)));
  }

  @Test
  void aTopicThatWasMadeAnewWhileNothingRanIsReadFromItsBeginning() {
    service.close();
    makeAnew();
    Activity third = signIn(organization, NOW);
    happened(third, second);

    service = replica(Map.of());

    awaitStored(first, second, third);
  }

  @Test
  void aTopicThatWasSetBackIsReadFromItsBeginningAndNothingOfItIsStoredTwice() {
    service.close();
    service.rows("update activity_offsets set next_offset = next_offset + 1000 returning 1");
    Activity third = signIn(organization, NOW);
    happened(third);

    service = replica(Map.of());

    awaitStored(first, second, third);
  }

  @Test
  void twoReplicasStoreAllOnceAndOneGoesOnWithoutTheOther() {
    List<Activity> expected = new ArrayList<>(List.of(first, second));
    try (QueryServiceUnderTest other = replica(Map.of())) {
      for (int round = 0; round < 5; round++) {
        expected.addAll(happenedToTwelveOrganizations());
      }
      awaitStored(expected.toArray(Activity[]::new));
      assertThat(other.rows("select 1 from activity")).hasSize(expected.size());
      expected.addAll(happenedToTwelveOrganizations());
    }
    expected.addAll(happenedToTwelveOrganizations());

    awaitStored(expected.toArray(Activity[]::new));
  }

  @Test
  void howLongItIsKeptIsASetting() {
    Activity old = signIn(organization, NOW.minus(Duration.ofDays(39)));
    Activity older = signIn(organization, NOW.minus(Duration.ofDays(41)));
    service.close();
    service = replica(Map.of("keyledger.history.activity-retention", "40d"));

    happened(older, old);

    awaitStored(first, second, old);
  }

  @Test
  void aTimeThatNothingCanBeKeptForStopsTheStart() {
    assertThatThrownBy(() -> replica(Map.of("keyledger.history.activity-retention", "3651d")))
        .hasStackTraceContaining("activity-retention is 1 to 3650 days, for example 400d");
  }

  private QueryServiceUnderTest replica(Map<String, Object> settings) {
    return new QueryServiceUnderTest(
        database, broker.bootstrapServers(), new MovableClock(NOW), settings);
  }

  private void makeAnew() {
    topics.delete(Topics.ACTIVITY);
    topics.create(Topics.ACTIVITY);
  }

  private List<Activity> happenedToTwelveOrganizations() {
    List<Activity> some = Stream.generate(() -> signIn(someOrganization(), NOW)).limit(12).toList();
    happened(some.toArray(Activity[]::new));
    return some;
  }

  private void awaitStored(Activity... all) {
    List<List<String>> ids =
        Arrays.stream(all).map(one -> List.of(one.id().uuid().toString())).toList();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(service.rows("select id from activity"))
                .containsExactlyInAnyOrderElementsOf(ids));
  }

  private static OrganizationId someOrganization() {
    return OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private static Activity signIn(OrganizationId organization, Instant at) {
    return new Activity(
        EventId.of(UuidCreator.getTimeOrderedEpoch()),
        Kind.SIGN_IN_SUCCEEDED,
        organization,
        PersonId.of(UuidCreator.getTimeOrderedEpoch()),
        null,
        null,
        at,
        null,
        null);
  }

  private void happened(Activity... activities) {
    // One of its own each time, as a producer knows a topic that was made anew only later.
    try (var producer =
        TestServerKeys.SEALS.producer(KafkaSettings.of(broker.bootstrapServers()).producer())) {
      for (Activity one : activities) {
        OrganizationId owner = one.organization();
        producer.send(
            new ProducerRecord<>(
                Topics.ACTIVITY, Topics.partitionOf(owner), owner.value(), EventCodec.encode(one)));
      }
    }
  }
}
