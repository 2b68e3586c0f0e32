package dev.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.FollowedTopic.Span;
import dev.keyledger.query.projection.apply.Applier;
import dev.keyledger.query.projection.apply.LedgerRecord;
import dev.keyledger.query.projection.follow.ProjectionSupervisor;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.OptimisticLockingFailureException;

/** Replicas that find a topic made anew at different times, with polls of the old one in hand. */
class BegunAnewTest {
  private static final ViewVersion VIEWS = new ViewVersion(1);
  private static final int PARTITION = 3;

  private static final Database DATABASE = Servers.forTests().freshDatabase();
  private static QueryServiceUnderTest service;
  private static Applier applier;

  @BeforeAll
  static void start() {
    service =
        new QueryServiceUnderTest(
            DATABASE,
            Servers.forTests().bootstrapServers(),
            new MovableClock(TestLedger.START),
            Map.of());
    // The test plays all followers.
    service.bean(ProjectionSupervisor.class).stop();
    applier = service.bean(Applier.class);
  }

  @BeforeEach
  void forgetAll() throws Exception {
    try (var connection = DATABASE.asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute(
          "update query.offsets_g1 set next_offset = 0, events = 0, topic_id = null, unseen = 0");
      for (String table :
          List.of(
              "positions",
              "organizations",
              "policies",
              "members",
              "keys",
              "events",
              "halted",
              "parked")) {
        statement.execute("truncate query." + table + "_g1");
      }
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static List<LedgerRecord> records(List<LedgerEvent> events) {
    var records = new ArrayList<LedgerRecord>();
    for (LedgerEvent event : events) {
      records.add(
          new LedgerRecord(
              PARTITION,
              records.size(),
              TestLedger.START,
              event.organization().value().getBytes(StandardCharsets.UTF_8),
              EventCodec.encode(event),
              event.position()));
    }
    return records;
  }

  private List<String> offsets() {
    return service
        .rows(
            "select topic_id, next_offset, events, unseen from offsets_g1 where kafka_partition = "
                + PARTITION)
        .getFirst();
  }

  @Test
  void anOffsetOfBeforeTakesTheFirstIdAndAnotherIdBeginsAtTheBeginning() {
    var stream = new Stream();
    var events =
        List.of(stream.registered(), stream.next(TestLedger.created(TestLedger.newKey(), "k")));
    applier.readFrom(VIEWS, Set.of(PARTITION), "first");
    applier.apply(VIEWS, records(events), Map.of(PARTITION, new Span("first", 0, 2)));
    service.rows("update offsets_g1 set topic_id = null returning 1");

    assertThat(applier.readFrom(VIEWS, Set.of(PARTITION), "first")).containsEntry(PARTITION, 2L);
    assertThat(offsets()).containsExactly("first", "2", "2", "0");

    assertThat(applier.readFrom(VIEWS, Set.of(PARTITION), "second")).containsEntry(PARTITION, 0L);
    assertThat(offsets()).containsExactly("second", "0", "2", "2");

    applier.apply(
        VIEWS, records(events).subList(0, 1), Map.of(PARTITION, new Span("second", 0, 1)));
    assertThat(offsets()).containsExactly("second", "1", "2", "1");
  }

  @Test
  void aPollThatWaitedWhileAnotherReplicaBeganAnewIsRefused() throws Exception {
    applier.readFrom(VIEWS, Set.of(PARTITION), "first");
    var stream = new Stream();
    List<LedgerRecord> polled = records(List.of(stream.registered()));
    CompletableFuture<Integer> applied;
    try (var other = DATABASE.asSuperuser();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from query.offsets_g1 for update");
      applied =
          CompletableFuture.supplyAsync(
              () -> applier.apply(VIEWS, polled, Map.of(PARTITION, new Span("first", 0, 1))));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              !service
                  .rows(
                      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like"
                          + " '%offsets_g1%'")
                  .isEmpty());
      statement.execute("update query.offsets_g1 set topic_id = 'second', next_offset = 0");
      other.commit();
    }

    assertThatThrownBy(applied::get).hasCauseInstanceOf(OptimisticLockingFailureException.class);
    assertThat(service.rows("select 1 from positions_g1")).isEmpty();
    assertThat(offsets()).containsExactly("second", "0", "0", "0");
  }

  @Test
  void aPollFromBehindWhereAnotherReplicaWentBackToIsRefused() {
    applier.readFrom(VIEWS, Set.of(PARTITION), "first");
    applier.apply(VIEWS, List.of(), Map.of(PARTITION, new Span("first", 0, 7)));
    applier.setBack(VIEWS, Map.of(PARTITION, 7L), "first");

    assertThatThrownBy(
            () -> applier.apply(VIEWS, List.of(), Map.of(PARTITION, new Span("first", 7, 9))))
        .isInstanceOf(OptimisticLockingFailureException.class);
    // Nor does a replica that comes late set back again what goes on already.
    applier.apply(VIEWS, List.of(), Map.of(PARTITION, new Span("first", 0, 2)));
    applier.setBack(VIEWS, Map.of(PARTITION, 7L), "first");
    assertThat(offsets()).containsExactly("first", "2", "0", "0");
  }

  private record Topic(String id, List<LedgerRecord> records) {}

  @Test
  void replicasThatFindOutAtDifferentTimesApplyEachEventOnceAndMissNone() {
    var random = new Random(7);
    List<Stream> streams = List.of(new Stream(), new Stream(), new Stream(), new Stream());
    List<LedgerEvent> ledger = new ArrayList<>();
    streams.forEach(stream -> ledger.add(stream.registered()));
    var topic = new AtomicReference<>(new Topic("topic-0", records(ledger)));
    var last = new AtomicBoolean();
    List<CompletableFuture<Void>> replicas = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int seed = i;
      replicas.add(CompletableFuture.runAsync(() -> follow(topic, last, new Random(seed))));
    }
    for (int made = 1; made <= 6; made++) {
      for (int i = 0; i < 25; i++) {
        Stream one = streams.get(random.nextInt(streams.size()));
        ledger.add(one.next(TestLedger.created(TestLedger.newKey(), "k")));
      }
      // Filled from the ledger, an organisation after the other.
      List<Stream> order = new ArrayList<>(streams);
      Collections.shuffle(order, random);
      List<LedgerEvent> filled = new ArrayList<>();
      order.forEach(stream ->
          ledger.stream().filter(e -> e.organization().equals(stream.id)).forEach(filled::add));
      topic.set(new Topic("topic-" + made, records(filled)));
      if (made < 6) {
        long before = appliedEvents();
        await().atMost(Duration.ofSeconds(30)).until(() -> appliedEvents() > before);
      }
    }
    last.set(true);
    replicas.forEach(CompletableFuture::join);

    assertThat(service.rows("select count(*) from events_g1"))
        .containsExactly(List.of(String.valueOf(ledger.size())));
    assertThat(service.rows("select 1 from halted_g1")).isEmpty();
    String size = String.valueOf(ledger.size());
    assertThat(offsets()).containsExactly("topic-6", size, size, "0");
  }

  private long appliedEvents() {
    return Long.parseLong(service.rows("select count(*) from events_g1").getFirst().getFirst());
  }

  /** As a follower does it: some polls in a row, before it looks which topic there is. */
  private void follow(AtomicReference<Topic> topic, AtomicBoolean last, Random random) {
    while (true) {
      boolean ending = last.get();
      Topic read = topic.get();
      try {
        int next =
            applier
                .readFrom(VIEWS, Set.of(PARTITION), read.id())
                .getOrDefault(PARTITION, 0L)
                .intValue();
        if (ending && next == read.records().size()) {
          return;
        }
        for (int polls = 0; polls < 6 && next < read.records().size(); polls++) {
          int end = Math.min(read.records().size(), next + 1 + random.nextInt(9));
          applier.apply(
              VIEWS,
              read.records().subList(next, end),
              Map.of(PARTITION, new Span(read.id(), next, end)));
          next = end;
        }
        // Every topic has all events in order: one that was skipped would be seen as a gap.
        assertThat(service.rows("select 1 from halted_g1")).isEmpty();
      } catch (OptimisticLockingFailureException e) {
        // It asks again where to read.
      }
    }
  }
}
