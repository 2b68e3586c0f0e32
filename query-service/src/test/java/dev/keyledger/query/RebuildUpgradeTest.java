package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rebuild that a release before has begun is gone on with by this one, on its schema. */
class RebuildUpgradeTest {
  private static final String BEGUN = "reb_0199a000-0000-7000-8000-000000000001";

  private final Database database = Servers.forTests().freshDatabase();
  private final Stream stream = new Stream();

  // With 9 history came to be filled without any index; 14 is the release before.
  @ParameterizedTest
  @ValueSource(strings = {"8", "9", "14"})
  void aRebuildThatWasBegunBeforeServesInTheEndAsOneThatBeganAfterwards(String version)
      throws SQLException {
    QuerySchema.migrate(database, version);
    beginRebuild();
    QuerySchema.migrate(database, "latest");
    try (var broker = Servers.forTests().freshBroker();
        var ledger = new TestLedger(broker.bootstrapServers())) {
      ledger.publish(events());
      try (var service =
          new QueryServiceUnderTest(
              database, broker.bootstrapServers(), new MovableClock(TestLedger.START), Map.of())) {
        service.awaitApplied(stream);
        awaitServing(service, BEGUN);
        int begunBefore = service.liveGeneration();
        var rows = rows(service, begunBefore);
        var structure = structure(service, begunBefore);
        assertThat(rows).hasSize(41);

        awaitServing(
            service,
            service
                .call(OPERATOR, "POST", "/v1/platform/rebuilds")
                .body()
                .path("id")
                .stringValue());

        assertThat(service.liveGeneration()).isGreaterThan(begunBefore);
        assertThat(rows(service, service.liveGeneration())).isEqualTo(rows);
        assertThat(structure(service, service.liveGeneration())).isEqualTo(structure);
      }
    }
  }

  private List<LedgerEvent> events() {
    var events = new ArrayList<LedgerEvent>();
    events.add(stream.registered());
    for (int i = 0; i < 20; i++) {
      KeyId key = TestLedger.newKey();
      events.add(stream.next(TestLedger.created(key, "key number " + i)));
      events.add(
          stream.next(new KeyRenamed(key, "key number " + i, "another name", TestLedger.START)));
    }
    return events;
  }

  private void beginRebuild() throws SQLException {
    try (Connection connection = database.as(Logins.runtime("query"));
        var statement = connection.createStatement()) {
      statement.execute(
          "insert into rebuilds (id, generation, state, requested_by, requested_at) values ('"
              + BEGUN
              + "', open_generation('building', 8), 'running', 'operator', now())");
    }
  }

  private static void awaitServing(QueryServiceUnderTest service, String id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            service
                .rows("select state from rebuilds where id = '" + id + "'")
                .equals(List.of(List.of("served"))));
  }

  private static List<List<String>> rows(QueryServiceUnderTest service, int generation) {
    return service.rows("select * from events_g" + generation + " order by organization, position");
  }

  /** Indexes, keys and statistics of its tables. */
  private static List<List<String>> structure(QueryServiceUnderTest service, int generation) {
    String suffix = "_g" + generation;
    return service.rows(
        """
        select replace(t.relname, '%1$s', ''), t.relkind, a.attname, a.attnotnull, a.attstattarget,
          replace(pg_get_indexdef(t.oid), '%1$s', ''), (select replace(pg_get_constraintdef(c.oid), '%1$s', '')
            from pg_constraint c where c.conindid = t.oid)
        from pg_attribute a join pg_class t on t.oid = a.attrelid
        where a.attnum > 0 and t.relkind in ('r', 'i') and t.relname like '%%\\%1$s' order by 1, 3
        """
            .formatted(suffix));
  }
}
