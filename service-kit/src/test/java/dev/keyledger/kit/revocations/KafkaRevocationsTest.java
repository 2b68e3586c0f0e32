package dev.keyledger.kit.revocations;

import static dev.keyledger.testkit.TokenForge.MEMBER;
import static dev.keyledger.testkit.TokenForge.ORG;
import static dev.keyledger.testkit.TokenForge.PERSON;
import static dev.keyledger.testkit.TokenForge.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.TestSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaRevocationsTest {
  private static final Duration DAY = Duration.ofHours(24);

  private static Servers.Broker broker;
  private static KafkaSettings kafka;

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    kafka = KafkaSettings.of(broker.bootstrapServers());
    TopicGuard.ensure(kafka);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void whatWasRevokedBeforeItStartedAndAfterIsKnownAndItIsFresh() throws Exception {
    send("ses_earlier", 1, null, Instant.now(), null);
    try (var revocations = following()) {
      await().atMost(Duration.ofSeconds(30)).until(revocations::isReady);
      assertThat(revocations.isFresh()).isTrue();
      assertThat(revocations.judge(token("ses_earlier"))).isEqualTo(Verdict.ENDED);
      assertThat(revocations.judge(token(SESSION))).isEqualTo(Verdict.LIVE);

      send(SESSION, 2, 1L, Instant.now(), null);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> revocations.judge(token(SESSION)) == Verdict.ENDED);
      await().during(3, TimeUnit.SECONDS).atMost(4, TimeUnit.SECONDS).until(revocations::isFresh);
    }
  }

  @Test
  void whatIsOlderThanAnyTokenIsNotRead() throws Exception {
    ProducerRecord<String, byte[]> ancient =
        record("ses_ancient", 1, null, Instant.now().minus(Duration.ofDays(3)), "ancient");
    try (var producer = TestSeals.SEALS.producer(kafka.producer())) {
      int partitionOfItsOwn = (ancient.partition() + 1) % Topics.PARTITIONS;
      producer
          .send(
              new ProducerRecord<>(
                  ancient.topic(),
                  partitionOfItsOwn,
                  ancient.timestamp(),
                  ancient.key(),
                  ancient.value()))
          .get();
    }
    try (var revocations = following()) {
      await().atMost(Duration.ofSeconds(30)).until(revocations::isReady);
      assertThat(revocations.judge(token("ses_ancient"))).isEqualTo(Verdict.LIVE);
    }
  }

  @Test
  void aTransactionThatIsNotCommittedMakesItStaleRatherThanSilent() throws Exception {
    Map<String, Object> settings = kafka.producer();
    settings.put("transactional.id", "hanging");
    try (var revocations = following();
        var producer = TestSeals.SEALS.producer(settings)) {
      await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("ses_uncommitted", 1, null, Instant.now(), "hanging")).get();
      await().atMost(Duration.ofSeconds(30)).until(() -> !revocations.isFresh());
      assertThat(revocations.judge(token("ses_uncommitted"))).isEqualTo(Verdict.LIVE);

      producer.commitTransaction();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> revocations.judge(token("ses_uncommitted")) == Verdict.ENDED);
      await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);
    }
  }

  @Test
  void aRecordThatCannotBeReadSendsItsOrganisationBack() throws Exception {
    try (var revocations = following();
        var producer = TestSeals.SEALS.producer(kafka.producer())) {
      await().atMost(Duration.ofSeconds(30)).until(revocations::isReady);
      String other = "org_01890000-0000-7000-8000-0000000000ff";
      producer
          .send(
              new ProducerRecord<>(
                  Topics.REVOCATIONS, Topics.partitionOf(other), other, new byte[] {'{'}))
          .get();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              revocations.judge(
                      new TokenTraits(
                          "jti", PERSON, other, MEMBER, "ses_x", null, Instant.now(), 1))
                  == Verdict.RECHECK);
    }
  }

  @Test
  void aRecordOfNoStreamSendsAllBackUntilThatOneIsAcknowledgedAlsoAfterARestart() throws Exception {
    var own = Servers.forTests().freshBroker();
    var settings = KafkaSettings.of(own.bootstrapServers());
    TopicGuard.ensure(settings);
    Set<RecordPlace> acknowledged = ConcurrentHashMap.newKeySet();
    try (own;
        var producer = TestSeals.SEALS.producer(settings.producer())) {
      producer.send(new ProducerRecord<>(Topics.REVOCATIONS, 1, null, new byte[] {'{'})).get();
      try (var revocations = following(settings, acknowledged)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> revocations.judge(token(SESSION)) == Verdict.RECHECK);
        assertThat(revocations.unreadableRecords()).isEqualTo(1);

        RecordPlace place = placeOf(settings);
        acknowledged.add(
            new RecordPlace(place.topic(), place.topicId(), 1, place.offset(), "another"));
        await()
            .during(3, TimeUnit.SECONDS)
            .atMost(4, TimeUnit.SECONDS)
            .until(() -> revocations.judge(token(SESSION)) == Verdict.RECHECK);
        acknowledged.add(place);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> revocations.judge(token(SESSION)) == Verdict.LIVE);
        assertThat(revocations.unreadableRecords()).isZero();
      }
      try (var again = following(settings, acknowledged)) {
        await().atMost(Duration.ofSeconds(30)).until(again::isReady);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> again.judge(token(SESSION)) == Verdict.LIVE);
      }
    }
  }

  private static KafkaRevocations following(KafkaSettings settings, Set<RecordPlace> acknowledged) {
    var revocations =
        new KafkaRevocations(
            settings,
            TestSeals.SEALS,
            DAY,
            Duration.ofSeconds(2),
            Clock.systemUTC(),
            System::nanoTime,
            () -> acknowledged,
            null,
            null);
    revocations.start();
    return revocations;
  }

  private static RecordPlace placeOf(KafkaSettings settings) throws Exception {
    var partition = new TopicPartition(Topics.REVOCATIONS, 1);
    try (var consumer = new KafkaConsumer<String, byte[]>(settings.consumer());
        var admin = settings.admin()) {
      var topic =
          admin
              .describeTopics(List.of(Topics.REVOCATIONS))
              .allTopicNames()
              .get()
              .get(Topics.REVOCATIONS);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(10)).records(partition);
      return RecordPlace.of(records.getFirst(), topic.topicId());
    }
  }

  @Test
  void aBrokerThatIsGoneMakesItStaleInTime() {
    var own = Servers.forTests().freshBroker();
    var settings = KafkaSettings.of(own.bootstrapServers());
    TopicGuard.ensure(settings);
    try (var revocations =
        new KafkaRevocations(
            settings, DAY, Duration.ofSeconds(2), Clock.systemUTC(), System::nanoTime)) {
      revocations.start();
      await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);
      own.close();
      await().atMost(5, TimeUnit.SECONDS).until(() -> !revocations.isFresh());
      assertThat(revocations.isReady()).isTrue();
    }
  }

  @Test
  void itIsFreshOnlyOnATopicThatSomebodyVouchesForAndOnceAllOfThatIsRead() throws Exception {
    var vouched = new AtomicReference<TopicMark>();
    try (var admin = kafka.admin();
        var revocations = following(vouched::get)) {
      await().atMost(Duration.ofSeconds(30)).until(revocations::isReady);
      assertThat(revocations.isFresh()).isFalse();

      TopicMark now =
          TopicMark.ask(admin, List.of(Topics.REVOCATIONS)).get().get(Topics.REVOCATIONS);
      int partition = Topics.partitionOf(ORG);
      vouched.set(now.with(partition, now.ends().get(partition)));
      await()
          .during(1_500, TimeUnit.MILLISECONDS)
          .atMost(3, TimeUnit.SECONDS)
          .until(() -> !revocations.isFresh());

      send("ses_vouched", 1, null, Instant.now(), "vouched");
      await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);
    }
  }

  @Test
  void whatItKnewOutlivesItsTopicAndTheNewOneHasToBeVouchedFor() throws Exception {
    try (var own = Servers.forTests().freshBroker()) {
      var settings = KafkaSettings.of(own.bootstrapServers());
      TopicGuard.ensure(settings);
      var vouched = new AtomicReference<TopicMark>();
      try (var admin = settings.admin();
          var revocations =
              new KafkaRevocations(
                  settings,
                  TestSeals.SEALS,
                  DAY,
                  Duration.ofSeconds(2),
                  Clock.systemUTC(),
                  System::nanoTime,
                  AcknowledgedRecords.NONE,
                  vouched::get,
                  null);
          var producer = TestSeals.SEALS.producer(settings.producer())) {
        producer.send(record("ses_known", 1, null, Instant.now(), "known")).get();
        vouched.set(
            TopicMark.ask(admin, List.of(Topics.REVOCATIONS)).get().get(Topics.REVOCATIONS));
        revocations.start();
        await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);

        admin.deleteTopics(List.of(Topics.REVOCATIONS)).all().get();
        TopicGuard.ensure(settings);
        await().atMost(Duration.ofSeconds(10)).until(() -> !revocations.isFresh());
        assertThat(revocations.judge(token("ses_known"))).isEqualTo(Verdict.ENDED);

        vouched.set(
            TopicMark.ask(admin, List.of(Topics.REVOCATIONS)).get().get(Topics.REVOCATIONS));
        await().atMost(Duration.ofSeconds(30)).until(revocations::isFresh);
        assertThat(revocations.judge(token("ses_known"))).isEqualTo(Verdict.ENDED);
      }
    }
  }

  private static KafkaRevocations following() {
    return following(null);
  }

  private static KafkaRevocations following(WholeTopic whole) {
    var revocations =
        new KafkaRevocations(
            kafka,
            TestSeals.SEALS,
            DAY,
            Duration.ofSeconds(2),
            Clock.systemUTC(),
            System::nanoTime,
            AcknowledgedRecords.NONE,
            whole,
            null);
    revocations.start();
    return revocations;
  }

  private static void send(String session, long position, Long previous, Instant at, String stream)
      throws Exception {
    try (var producer = TestSeals.SEALS.producer(kafka.producer())) {
      producer.send(record(session, position, previous, at, stream)).get();
    }
  }

  private static ProducerRecord<String, byte[]> record(
      String session, long position, Long previous, Instant at, String stream) {
    var revocation =
        new Revocation(
            new OrganizationId(ORG),
            stream == null ? "sessions:" + ORG : "sessions:" + stream,
            position,
            previous,
            Subject.SESSION,
            session,
            at,
            Effect.END,
            true,
            at);
    return new ProducerRecord<>(
        Topics.REVOCATIONS,
        Topics.partitionOf(ORG),
        at.toEpochMilli(),
        ORG,
        EventCodec.encode(revocation));
  }

  private static TokenTraits token(String session) {
    return new TokenTraits("jti", PERSON, ORG, MEMBER, session, null, Instant.now(), 1);
  }
}
