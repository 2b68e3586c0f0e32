package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.query.projection.follow.ProjectionSupervisor;
import dev.keyledger.query.versions.ViewIndexes;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever way a rebuild takes, and wherever it is interrupted, its tables come out as those into
 * which events went one by one.
 */
class RebuiltTablesTest {
  private static final List<String> TABLES =
      List.of(
          "positions",
          "organizations",
          "policies",
          "members",
          "keys",
          "events",
          "clocks",
          "log_nodes",
          "halted",
          "parked");

  private final Database database = Servers.forTests().freshDatabase();
  private final Servers.Broker broker = Servers.forTests().freshBroker();
  private final TestLedger ledger = new TestLedger(broker.bootstrapServers());
  private final List<Stream> streams = new ArrayList<>();
  private QueryServiceUnderTest service;

  @BeforeEach
  void applyEventByEvent() {
    service = replica(1);
    for (int i = 0; i < 4; i++) {
      streams.add(new Stream());
      ledger.publish(streams.get(i).registered());
    }
    // More than a tile of one organisation, so that its log has nodes.
    write(streams.getFirst(), 140);
    streams.forEach(stream -> write(stream, 5));
    streams.forEach(service::awaitApplied);
    service.close();
    service = replica(5_000);
  }

  @AfterEach
  void stop() {
    service.close();
    ledger.close();
    broker.close();
  }

  private QueryServiceUnderTest replica(int batch) {
    return new QueryServiceUnderTest(
        database,
        broker.bootstrapServers(),
        new MovableClock(TestLedger.START),
        Map.of("keyledger.projection.batch", batch));
  }

  private void write(Stream stream, int keys) {
    var events = new ArrayList<LedgerEvent>();
    for (int i = 0; i < keys; i++) {
      KeyId key = TestLedger.newKey();
      var created = TestLedger.created(key, "key number " + i);
      var member = new Actor(Actor.Kind.MEMBER, null, created.createdBy(), null);
      events.add(stream.next(created, member, new Origin("request-" + i, null, null)));
      // Every third one tells an earlier time than the events before it.
      var at = TestLedger.START.plusSeconds(i % 3 == 0 ? 0 : i);
      events.add(
          stream.next(
              i % 2 == 0
                  ? new KeyRenamed(key, "key number " + i, "another name", at)
                  : new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "no longer needed", at)));
    }
    ledger.publish(events);
  }

  @Test
  void aRebuildsTablesAreThoseOfEventsThatCameOneByOne() {
    int first = service.liveGeneration();
    var rows = rows(first);
    var structure = structure(first);

    serving(rebuild());

    assertThat(rows(service.liveGeneration())).isEqualTo(rows);
    assertThat(structure(service.liveGeneration())).isEqualTo(structure);
    assertThat(rows.get("log_nodes")).isNotEmpty();
    assertThat(structure.get("indexes")).hasSizeGreaterThan(20);
  }

  @Test
  void whoAppliesAndWhoMakesIndexesDoNotWaitForEachOther() throws Exception {
    try (Connection applier = database.asSuperuser();
        var statement = applier.createStatement()) {
      applier.setAutoCommit(false);
      statement.execute("set search_path = query");
      int next = opened();
      statement.execute("select from offsets_g" + next + " for update");
      statement.execute("insert into clocks_g" + next + " values (gen_random_uuid(), now())");
      statement.execute("lock table organizations_g" + next + " in row exclusive mode");
      var indexes = CompletableFuture.runAsync(() -> make(next));
      awaitWaiting("offsets_g" + next + "|make_index|index_generation");

      statement.execute("lock table events_g" + next + " in row exclusive mode");
      applier.commit();

      indexes.get();
    }
  }

  @Test
  void whatFillsIsCutOffAgainAndAgain() {
    var before = rows(service.liveGeneration());
    String id = rebuild();
    for (int i = 0; i < 10; i++) {
      cutOff("query ~ '(copy|insert into|offsets_g)' or state like 'idle in%'");
    }

    serving(id);

    assertThat(rows(service.liveGeneration())).isEqualTo(before);
  }

  @Test
  void oneOfTheConnectionsThatMakeIndexesIsCutOff() throws Exception {
    indexingIsCutOff("query like '%make_index%' and wait_event_type = 'Lock'");
  }

  @Test
  void allThatMakesIndexesIsCutOffAndTheReplicaEnds() throws Exception {
    indexingIsCutOff("true", true);
  }

  private void indexingIsCutOff(String which) throws Exception {
    indexingIsCutOff(which, false);
  }

  /** While one index can't be made, others have been, and the history has yet to get its key. */
  private void indexingIsCutOff(String which, boolean replicaEnds) throws Exception {
    int first = service.liveGeneration();
    var rows = rows(first);
    var structure = structure(first);
    String id;
    try (Connection holder = database.asSuperuser();
        Statement statement = holder.createStatement()) {
      holdIndexes(statement);
      id = rebuild();
      awaitWaiting("make_index");

      cutOff(which);

      assertThat(service.rows("select indexed from generations where generation > " + first))
          .containsExactly(List.of("f"));
      if (replicaEnds) {
        service.close();
        service = replica(5_000);
      }
      assertThat(service.liveGeneration()).isEqualTo(first);
    }

    serving(id);

    assertThat(rows(service.liveGeneration())).isEqualTo(rows);
    assertThat(structure(service.liveGeneration())).isEqualTo(structure);
    assertThat(service.rows("select from pg_index where not indisvalid")).isEmpty();
  }

  @Test
  void aReplicaEndsBeforeTheSwapAndAnotherGoesOn() throws Exception {
    int first = service.liveGeneration();
    var rows = rows(first);
    String id;
    try (Connection holder = database.asSuperuser();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("set search_path = query");
      statement.execute("select from generations where state = 'live' for update");
      id = rebuild();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              !service
                  .rows("select from generations where state = 'building' and indexed")
                  .isEmpty());
      cutOff("true");
      service.close();
      holder.rollback();
    }
    assertThat(service.rows("select from generations where state = 'building' and indexed"))
        .hasSize(1);
    write(streams.getLast(), 3);
    service = replica(5_000);

    serving(id);

    streams.forEach(service::awaitApplied);
    assertThat(rows(service.liveGeneration()).get("events").size())
        .isEqualTo(rows.get("events").size() + 6);
  }

  /** The members' table can't be indexed while that connection lasts. */
  private static void holdIndexes(Statement statement) throws SQLException {
    statement.execute("set search_path = query");
    statement.execute("alter function make_index(integer, text) rename to make_index_at_once");
    statement.execute(
        "create function make_index(n integer, which text) returns void language plpgsql security"
            + " definer set search_path = query, pg_temp as $$ begin if which like 'members%' then"
            + " perform pg_advisory_xact_lock(1); end if; perform make_index_at_once(n, which);"
            + " end $$");
    statement.execute("select pg_advisory_lock(1)");
  }

  private void make(int generation) {
    service.bean(ViewIndexes.class).make(new ViewVersion(generation), 2);
  }

  private int opened() {
    service.bean(ProjectionSupervisor.class).stop();
    return Integer.parseInt(
        service.rows("select open_generation('building', 8)").getFirst().getFirst());
  }

  private void awaitWaiting(String query) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            !service
                .rows(
                    "select from pg_stat_activity where wait_event_type = 'Lock' and datname ="
                        + " current_database() and query ~ '"
                        + query
                        + "'")
                .isEmpty());
  }

  /** As PostgreSQL sees a replica that is killed. */
  private void cutOff(String which) {
    service.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'keyledger_query'"
            + " and datname = current_database() and ("
            + which
            + ")");
  }

  private String rebuild() {
    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    assertThat(asked.status()).isEqualTo(202);
    return asked.body().path("id").stringValue();
  }

  private void serving(String id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            service
                .rows("select state from rebuilds where id = '" + id + "'")
                .equals(List.of(List.of("served"))));
  }

  private Map<String, List<List<String>>> rows(int generation) {
    var all = new TreeMap<String, List<List<String>>>();
    for (String table : TABLES) {
      all.put(table, service.rows("select * from " + table + "_g" + generation + " order by 1, 2"));
    }
    all.put(
        "offsets",
        service.rows(
            "select kafka_partition, events, unseen, topic_id from offsets_g"
                + generation
                + " order by 1"));
    return all;
  }

  private Map<String, List<List<String>>> structure(int generation) {
    String suffix = "_g" + generation;
    String without = "replace(%s, '" + suffix + "', '')";
    String ofIt = " like '%\\" + suffix + "' order by 1, 2, 3";
    return Map.of(
        "indexes",
        service.rows(
            "select tablename, %s, %s from pg_indexes where tablename"
                    .replace("tablename, %s", without.formatted("tablename") + ", %s")
                    .formatted(without.formatted("indexname"), without.formatted("indexdef"))
                + ofIt),
        "constraints",
        service.rows(
            "select %s, %s, %s from pg_constraint c join pg_class t on t.oid = c.conrelid where"
                    .formatted(
                        without.formatted("t.relname"),
                        without.formatted("c.conname"),
                        without.formatted("pg_get_constraintdef(c.oid)"))
                + " t.relname"
                + ofIt),
        "columns",
        service.rows(
            "select %s, a.attname, a.attnum, a.attnotnull, a.attstattarget, format_type(a.atttypid,"
                    .formatted(without.formatted("t.relname"))
                + " a.atttypmod) from pg_attribute a join pg_class t on t.oid = a.attrelid where"
                + " a.attnum > 0 and t.relkind = 'r' and t.relname"
                + ofIt));
  }
}
