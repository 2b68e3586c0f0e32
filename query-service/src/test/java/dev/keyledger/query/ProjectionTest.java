package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** G2: every event once, in its organisation's order. */
@ExtendWith(SharedReplica.Resolver.class)
class ProjectionTest {
  private final TestLedger ledger;
  private final Database database;
  private final QueryServiceUnderTest service;

  ProjectionTest(SharedReplica replica) {
    ledger = replica.ledger;
    database = replica.database;
    service = replica.service;
  }

  @Test
  void whatWasPublishedIsShownAtItsPosition() {
    var stream = new Stream();
    var key = TestLedger.newKey();
    ledger.publish(stream.registered(), stream.next(TestLedger.created(key, "first")));

    var answer =
        service.get(OPERATOR, "/v1/organizations/" + stream.slug + "/keys/" + key + "?at_least=1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Keyledger-Position")).isEqualTo("1");
    assertThat(answer.body().path("name").stringValue()).isEqualTo("first");
  }

  @Test
  void whatIsDeliveredTwiceIsAppliedOnce() {
    var stream = new Stream();
    LedgerEvent registered = stream.registered();
    LedgerEvent created = stream.next(TestLedger.created(TestLedger.newKey(), "once"));
    ledger.publish(registered, created, registered, created);
    LedgerEvent renamed = stream.next(TestLedger.created(TestLedger.newKey(), "twice"));
    ledger.publish(created, renamed);

    service.awaitApplied(stream);

    var caller = member(stream, ALL);
    var path = "/v1/organizations/" + stream.id;
    assertThat(service.get(caller, path + "/events").items()).hasSize(3);
    assertThat(service.get(caller, path + "/keys").items()).hasSize(2);
  }

  @Test
  void whatWasAbortedNeverHappened() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    ledger.publishAndAbort(stream.next(TestLedger.created(TestLedger.newKey(), "aborted")));
    var again = new Stream();
    ledger.publish(again.registered());

    service.awaitApplied(again);
    var answer = service.get(OPERATOR, "/v1/organizations/" + stream.id + "?at_least=0");

    assertThat(answer.header("Keyledger-Position")).isEqualTo("0");
    await().atMost(Duration.ofSeconds(30)).until(() -> lag() == 0);
  }

  private long lag() {
    return (long)
        service
            .bean(io.micrometer.core.instrument.MeterRegistry.class)
            .get("keyledger.projection.lag.events")
            .gauge()
            .value();
  }

  @Test
  void twoReplicasAndARebalanceApplyEachEventOnce() {
    Servers servers = Servers.forTests();
    var database = servers.freshDatabase();
    try (var broker = servers.freshBroker();
        var other = new TestLedger(broker.bootstrapServers());
        var first =
            new QueryServiceUnderTest(
                database,
                broker.bootstrapServers(),
                new MovableClock(TestLedger.START),
                Map.of())) {
      List<Stream> streams = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        streams.add(new Stream());
        other.publish(streams.get(i).registered());
      }
      addKeys(other, streams, 20);
      var second =
          new QueryServiceUnderTest(
              database,
              broker.bootstrapServers(),
              new MovableClock(TestLedger.START),
              Map.of("keyledger.projection.batch", 7));
      addKeys(other, streams, 20);
      second.close();
      addKeys(other, streams, 20);

      for (Stream stream : streams) {
        first.awaitApplied(stream);
      }
      assertThat(
              first.rows(
                  "select count(*), count(distinct (organization, position)) from events_g1"))
          .containsExactly(List.of("2440", "2440"));
      assertThat(first.rows("select count(*) from keys_g1")).containsExactly(List.of("2400"));
      assertThat(first.rows("select count(*) from halted_g1")).containsExactly(List.of("0"));
      assertThat(first.rows("select sum(events) from offsets_g1")).containsExactly(List.of("2440"));
    }
  }

  @Test
  void theRuntimeRoleMayChangeNoStructureAndNoOtherSchema() {
    int live = service.liveGeneration();
    try (var connection = database.as("keyledger_query");
        var statement = connection.createStatement()) {
      for (String forbidden :
          List.of(
              "create table query.mine (id int)",
              "drop table query.keys_g" + live,
              "truncate query.events_g" + live,
              "alter table query.events_g" + live + " add column x int",
              "create table command.mine (id int)")) {
        assertThat(
                org.assertj.core.api.Assertions.catchThrowable(() -> statement.execute(forbidden)))
            .as(forbidden)
            .hasMessageMatching("(?s).*(permission denied|must be owner).*");
      }
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addKeys(TestLedger ledger, List<Stream> streams, int each) {
    for (int i = 0; i < each; i++) {
      var events = new ArrayList<LedgerEvent>();
      for (Stream stream : streams) {
        events.add(stream.next(TestLedger.created(TestLedger.newKey(), "k" + i)));
      }
      ledger.publish(events);
    }
  }
}
