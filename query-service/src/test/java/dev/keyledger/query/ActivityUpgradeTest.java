package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Activity gets its positions while replicas of the release before, which know of none, still write
 * it.
 */
class ActivityUpgradeTest {
  private static final Instant T = TestLedger.START;

  private final Database database = Servers.forTests().freshDatabase();
  private final Stream stream = new Stream();

  @Test
  void whatWasStoredBeforeAndWhatTheReleaseBeforeStoresIsAllExported() throws SQLException {
    QuerySchema.migrate(database, "11");
    UUID second = insertAsBefore(T.minusSeconds(20));
    UUID third = insertAsBefore(T.minusSeconds(10));
    UUID first = insertAsBefore(T.minus(Duration.ofDays(40)));
    QuerySchema.migrate(database, "13");
    UUID meanwhile = insertAsBefore(T.minus(Duration.ofDays(80)));
    String before = positionOf(meanwhile);
    QuerySchema.migrate(database, "latest");
    UUID afterwards = insertAsBefore(T.minus(Duration.ofDays(120)));

    assertThat(before).isNotNull().isEqualTo(positionOf(meanwhile));
    List<Integer> sequences = new ArrayList<>();
    // Of its own: replicas of one platform share the partitions of a topic.
    try (var broker = Servers.forTests().freshBroker();
        var ledger = new TestLedger(broker.bootstrapServers());
        var tokens = new FakeTokenService();
        var service =
            new QueryServiceUnderTest(
                database,
                broker.bootstrapServers(),
                new MovableClock(T),
                Map.of("keyledger.token-service.url", tokens.url()))) {
      ledger.publish(stream.registered());
      service.awaitApplied(stream);
      List<String> ids = new ArrayList<>();
      for (JsonNode event : exported(service, 0)) {
        ids.add(event.at("/metadata/uid").stringValue());
        sequences.add(event.at("/metadata/sequence").intValue());
      }
      assertThat(ids)
          .containsExactlyInAnyOrder(text(first, second, third, meanwhile, afterwards))
          .containsSubsequence(text(first, second, third, afterwards));
      assertThat(sequences).isSorted().doesNotHaveDuplicates();

      Activity now = signIn();
      ledger.publish(now);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(exported(service, sequences.getLast() + 1))
                  .singleElement()
                  .satisfies(event ->
                      assertThat(event.at("/metadata/uid").stringValue())
                          .isEqualTo(now.id().value())));
    }
  }

  @Test
  void aReplicaOfTheReleaseBeforeIsBoundToOneTransactionAtATime() throws SQLException {
    QuerySchema.migrate(database, "latest");
    try (Connection one = asService();
        Connection other = asService()) {
      Instant earlier = T.minus(Duration.ofDays(60));
      // Months later than the trigger.
      openMonth(one, T);
      openMonth(other, earlier);
      one.setAutoCommit(false);
      UUID first = insert(one, T);
      try (var statement = other.createStatement()) {
        statement.execute("set lock_timeout = '200ms'");
      }
      assertThatThrownBy(() -> insert(other, earlier)).hasMessageContaining("lock timeout");
      one.commit();
      UUID second = insert(other, earlier);

      assertThat(Long.parseLong(positionOf(second)))
          .isGreaterThan(Long.parseLong(positionOf(first)));
    }
  }

  @Test
  void noMonthIsWrittenAnewUnderALockThatKeepsReadersOut() throws SQLException {
    QuerySchema.migrate(database, "11");
    insertAsBefore(T);
    insertAsBefore(T.minus(Duration.ofDays(60)));
    String files =
        "select string_agg(i.inhrelid::regclass || ' ' || pg_relation_filenode(i.inhrelid), ','"
            + " order by i.inhrelid) from pg_inherits i where i.inhparent = 'query.activity'::regclass";
    String before = one(files);

    QuerySchema.migrate(database, "latest");

    assertThat(one(files)).isEqualTo(before);
    assertThat(one("select count(*) from query.activity where position is null")).isEqualTo("0");
  }

  private List<JsonNode> exported(QueryServiceUnderTest service, int from) {
    byte[] body =
        service
            .send(
                member(stream, Set.of(Permissions.AUDIT_READ)),
                "/v1/organizations/" + stream.id + "/events?source=activity&from_position=" + from,
                "application/vnd.keyledger.ocsf+ndjson")
            .body();
    return new String(body, StandardCharsets.UTF_8)
        .lines()
        .map(EventCodec.mapper()::readTree)
        .toList();
  }

  private Activity signIn() {
    return new Activity(
        EventId.of(UuidCreator.getTimeOrderedEpoch()),
        Kind.SIGN_IN_SUCCEEDED,
        stream.id,
        PersonId.of(UuidCreator.getTimeOrderedEpoch()),
        SessionId.of(UuidCreator.getTimeOrderedEpoch()),
        null,
        T,
        null,
        null);
  }

  private static String[] text(UUID... ids) {
    return List.of(ids).stream().map(id -> EventId.of(id).value()).toArray(String[]::new);
  }

  private Connection asService() {
    return database.as(Logins.runtime("query"));
  }

  private UUID insertAsBefore(Instant at) throws SQLException {
    try (Connection connection = asService()) {
      openMonth(connection, at);
      return insert(connection, at);
    }
  }

  private static void openMonth(Connection connection, Instant at) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select open_activity_month('" + at + "')");
    }
  }

  /** The statement of the release before. */
  private UUID insert(Connection connection, Instant at) throws SQLException {
    UUID id = UuidCreator.getTimeOrderedEpoch();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "insert into activity (organization, at, id, type, person, session, key, code, count,"
              + " by, target_key, target_member, operation, permission) values ('"
              + stream.id.uuid()
              + "', '"
              + at
              + "', '"
              + id
              + "', 'sign_in.succeeded', null, null, null, null, null,"
              + " null, null, null, null, null) on conflict do nothing");
    }
    return id;
  }

  private String positionOf(UUID id) throws SQLException {
    return one("select position from query.activity where id = '" + id + "'");
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
