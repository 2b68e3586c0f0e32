package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** G5: a rebuilt view equals the one that served, which goes on serving meanwhile. */
class RebuildTest {
  private static final List<String> TABLES =
      List.of("positions", "organizations", "policies", "members", "keys", "events");

  private final Database database = Servers.forTests().freshDatabase();
  private final Servers.Broker broker = Servers.forTests().freshBroker();
  private final TestLedger ledger = new TestLedger(broker.bootstrapServers());
  private final List<Stream> streams = new ArrayList<>();
  private QueryServiceUnderTest service;

  @BeforeEach
  void start() {
    service = replica();
    for (int i = 0; i < 20; i++) {
      streams.add(new Stream());
      ledger.publish(streams.get(i).registered());
    }
    writeLives(10);
    streams.forEach(service::awaitApplied);
  }

  @AfterEach
  void stop() {
    service.close();
    ledger.close();
    broker.close();
  }

  private QueryServiceUnderTest replica() {
    return replica(Map.of());
  }

  private QueryServiceUnderTest replica(Map<String, Object> settings) {
    return new QueryServiceUnderTest(
        database, broker.bootstrapServers(), new MovableClock(TestLedger.START), settings);
  }

  private void writeLives(int each) {
    for (int i = 0; i < each; i++) {
      var events = new ArrayList<LedgerEvent>();
      for (Stream stream : streams) {
        KeyId key = TestLedger.newKey();
        events.add(stream.next(TestLedger.created(key, "k" + i)));
        events.add(stream.next(new KeyRenamed(key, "k" + i, "renamed", TestLedger.START)));
        events.add(
            stream.next(
                new KeyRotated(key, TestLedger.secret("kl_live_" + i), null, TestLedger.START)));
        if (i % 2 == 0) {
          events.add(
              stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, TestLedger.START)));
        }
      }
      ledger.publish(events);
    }
  }

  @Test
  void aRebuildEqualsWhatServedWhileWritesAndReadsGoOn() throws Exception {
    var stop = new AtomicBoolean();
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                writeLives(1);
              }
            });
    try {
      var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
      assertThat(asked.status()).isEqualTo(202);
      assertThat(service.call(OPERATOR, "POST", "/v1/platform/rebuilds").code())
          .isEqualTo("rebuild_in_progress");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            // Reads serve throughout, and never go back.
            Stream one = streams.getFirst();
            var read = service.get(OPERATOR, "/v1/organizations/" + one.id + "/keys");
            assertThat(read.status()).isEqualTo(200);
            return state(asked.body().path("id").stringValue()).equals("serving");
          });
      var done =
          service.get(OPERATOR, "/v1/platform/rebuilds/" + asked.body().path("id").stringValue());
      assertThat(done.body().path("percent").doubleValue()).isEqualTo(100);
      assertThat(done.body().path("events_applied").longValue()).isGreaterThan(20);
    } finally {
      stop.set(true);
      writer.join();
    }
    int first = service.liveGeneration();
    assertThat(first).isGreaterThan(1);
    streams.forEach(service::awaitApplied);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> service.rows("select 1 from pg_tables where tablename like '%\\_g1'").isEmpty());
    Map<String, List<List<String>>> before = tables(first);

    rebuildOnce();

    assertThat(service.liveGeneration()).isGreaterThan(first);
    assertThat(tables(service.liveGeneration())).isEqualTo(before);
    assertThat(before.get("events").size())
        .isEqualTo(streams.stream().mapToInt(s -> (int) s.position() + 1).sum());
  }

  @Test
  void aRebuildGoesOnAfterARestartAndWithSeveralReplicas() {
    Map<String, List<List<String>>> live = tables(1);
    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    service.close();
    service = replica();
    try (QueryServiceUnderTest second = replica()) {
      String id = asked.body().path("id").stringValue();
      await().atMost(Duration.ofSeconds(60)).until(() -> state(id).equals("serving"));
      assertThat(tables(2)).isEqualTo(live);
      for (Stream stream : streams) {
        var path = "/v1/organizations/" + stream.id + "/events";
        assertThat(second.get(OPERATOR, path).body()).isEqualTo(service.get(OPERATOR, path).body());
      }
    }
  }

  @Test
  void whatARebuiltGenerationAppliesIsOnTheDiskOnceItServes() throws Exception {
    rebuildOnce();
    try (var connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute("set search_path = query");
      statement.execute("create table commits (durability text)");
      statement.execute(
          "create function watch() returns trigger language plpgsql security definer set"
              + " search_path = query as $$ begin insert into commits values"
              + " (current_setting('synchronous_commit')); return null; end $$");
      // Deferred: it sees what holds when the transaction commits.
      statement.execute(
          "create constraint trigger watch after update on offsets_g2 deferrable initially deferred"
              + " for each row execute function watch()");
    }

    writeLives(1);
    streams.forEach(service::awaitApplied);

    assertThat(service.rows("select distinct durability from commits"))
        .containsExactly(List.of("on"));
  }

  @Test
  void aCancelledRebuildLeavesNothing() {
    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    String id = asked.body().path("id").stringValue();

    var cancelled = service.call(OPERATOR, "DELETE", "/v1/platform/rebuilds/" + id);

    assertThat(cancelled.status()).isIn(204, 409);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            service
                    .rows(
                        "select distinct substring(tablename from '_g[0-9]+$') from pg_tables where schemaname = 'query' and tablename ~ '_g[0-9]+$'")
                    .size()
                == 1);
    assertThat(service.call(OPERATOR, "POST", "/v1/platform/rebuilds").status()).isEqualTo(202);
  }

  @Test
  void aRebuildThatIsCancelledWhileItTakesOverIsNoDeadlock() throws Exception {
    try (var swap = database.asSuperuser();
        var statement = swap.createStatement()) {
      swap.setAutoCommit(false);
      statement.execute("set search_path = query");
      statement.execute("select 1 from generations where state = 'live' for update");
      var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
      String id = asked.body().path("id").stringValue();
      // What a swap locks, in its order; the cancelling comes between.
      statement.execute("select 1 from generations order by generation for update");
      var cancelled =
          CompletableFuture.supplyAsync(
              () -> service.call(OPERATOR, "DELETE", "/v1/platform/rebuilds/" + id));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              !service
                  .rows(
                      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and"
                          + " query like '%generations%'")
                  .isEmpty());
      statement.executeUpdate("update rebuilds set events = 0");
      swap.commit();

      assertThat(cancelled.get().status()).isEqualTo(204);
    }
    assertThat(service.liveGeneration()).isEqualTo(1);
  }

  @Test
  void indexesMayTakeLongerThanAConnectionMayKeepSilent() throws Exception {
    service.close();
    try (var connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute("set search_path = query");
      statement.execute("alter function index_generation(integer) rename to index_generation_soon");
      statement.execute(
          "create function index_generation(n integer) returns void language plpgsql security"
              + " definer set search_path = query, pg_temp as $$ begin perform pg_sleep(8); perform"
              + " index_generation_soon(n); end $$");
      statement.execute("grant execute on function index_generation(integer) to keyledger_query");
    }
    service = replica(Map.of("spring.datasource.hikari.data-source-properties.socketTimeout", "3"));
    List<String> created = new ArrayList<>();

    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    String id = asked.body().path("id").stringValue();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          service
              .rows(
                  "select pid from pg_stat_activity where query like '%index_generation(%' and"
                      + " state = 'active' and usename = 'keyledger_query'")
              .stream()
              .map(List::getFirst)
              .filter(pid -> !created.contains(pid))
              .forEach(created::add);
          return state(id).equals("serving");
        });

    assertThat(created).as("connections that made them").hasSize(1);
  }

  private void rebuildOnce() {
    var asked = service.call(OPERATOR, "POST", "/v1/platform/rebuilds");
    String id = asked.body().path("id").stringValue();
    await().atMost(Duration.ofSeconds(60)).until(() -> state(id).equals("serving"));
  }

  private String state(String id) {
    return service.get(OPERATOR, "/v1/platform/rebuilds/" + id).body().path("state").stringValue();
  }

  private Map<String, List<List<String>>> tables(int generation) {
    var all = new java.util.TreeMap<String, List<List<String>>>();
    for (String table : TABLES) {
      all.put(table, service.rows("select * from " + table + "_g" + generation + " order by 1, 2"));
    }
    return all;
  }
}
