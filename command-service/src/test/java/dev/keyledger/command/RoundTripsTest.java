package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.KeyId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An event that is all that a command writes costs PostgreSQL's answer once, not twice. */
class RoundTripsTest extends CommandServiceTest {
  private final EventStorageEngine engine = one.context().getBean(EventStorageEngine.class);
  private final DataSource dataSource = one.context().getBean(DataSource.class);
  private final TransactionTemplate transaction =
      new TransactionTemplate(one.context().getBean(PlatformTransactionManager.class));

  private RegisteredOrganization organization;
  private String owner;
  private KeyId key;
  private long next;

  @BeforeEach
  void anOrganizationWithAKey() {
    organization = organization("incard");
    owner = member(organization, "owner");
    Answer created = one.post(owner, organization.keys(), newKey("k", "sandbox"));
    key = new KeyId(created.body().required("key").required("id").stringValue());
    next = committed();
  }

  @Test
  void anEventThatIsAllThereIsIsCommittedByTheStatementThatBringsIt() {
    transaction.executeWithoutResult(t -> {
      append(rename("a"));

      assertThat(committed()).isEqualTo(next + 1);
    });
  }

  /** Where a command's transaction ends by itself, the last that its connection said is COMMIT. */
  @Test
  void aCommandTakesThatWay() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          Instant before = now();
          String path = organization.keys() + "/" + key.value();
          one.send("PATCH", owner, path, "{\"name\":\"" + UUID.randomUUID() + "\"}");
          return wasAnInsertTheLastOfAnyoneSince(before);
        });
  }

  /** Since then, so that what other tests left behind does not count. */
  private static boolean wasAnInsertTheLastOfAnyoneSince(Instant before) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var question =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle'"
                    + " AND query ILIKE 'INSERT INTO event%' AND query_start > ?")) {
      question.setObject(1, before.atOffset(ZoneOffset.UTC));
      var row = question.executeQuery();
      row.next();
      return row.getInt(1) > 0;
    }
  }

  /** By the server's clock. */
  private static Instant now() throws SQLException {
    try (Connection connection = database.asSuperuser();
        var row = connection.createStatement().executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  @Test
  void severalEventsOfACommandAreCommittedTogether() {
    transaction.executeWithoutResult(t -> {
      append(rename("a"), rename("b"));

      assertThat(committed()).isEqualTo(next);
    });
    assertThat(committed()).isEqualTo(next + 2);
  }

  @Test
  void anEventSharesTheFateOfTheRowsBesideIt() {
    transaction.executeWithoutResult(t -> {
      writeBeside();
      append(rename("a"));

      assertThat(committed()).isEqualTo(next);
      t.setRollbackOnly();
    });
    assertThat(committed()).isEqualTo(next);
  }

  @Test
  void whoLosesARaceHasAnOrdinaryTransactionAgain() {
    transaction.executeWithoutResult(t -> {
      next--;
      assertThatThrownBy(() -> append(rename("a"))).isInstanceOf(ConcurrencyException.class);
      next++;

      assertThat(isOneByOne(DataSourceUtils.getConnection(dataSource))).isFalse();
      writeBeside();
      append(rename("a"));
      assertThat(committed()).isEqualTo(next);
    });
    assertThat(committed()).isEqualTo(next + 1);
  }

  private OrganizationEvent rename(String to) {
    return new KeyRenamed(key, "before", to, Instant.EPOCH);
  }

  private void append(OrganizationEvent... events) {
    List<DomainEventMessage<?>> messages =
        IntStream.range(0, events.length)
            .<DomainEventMessage<?>>mapToObj(i ->
                new GenericDomainEventMessage<>(
                    "Organization", organization.id(), next + i, Arrays.asList(events).get(i)))
            .toList();
    engine.appendEvents(messages);
  }

  private void writeBeside() {
    JdbcClient.create(dataSource)
        .sql(
            "INSERT INTO key_deadline (organization, key, kind, due_at)"
                + " VALUES (?, ?, 'expiry', 'infinity')")
        .params(organization.id(), key.value())
        .update();
  }

  private static boolean isOneByOne(Connection connection) {
    try {
      return connection.getAutoCommit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Events of the organisation, as everybody else sees them. */
  private long committed() {
    try (Connection connection = database.asSuperuser();
        var count =
            connection.prepareStatement(
                "SELECT count(*) FROM command.event WHERE organization = ?")) {
      count.setString(1, organization.id());
      var row = count.executeQuery();
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
