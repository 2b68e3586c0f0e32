package dev.keyledger.command.relay;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The event store's table on a real PostgreSQL, and appends that a test holds in its hand. */
final class LedgerFixture implements AutoCloseable {
  private record Meta(Actor actor, Origin origin) {}

  private final Database database;
  private final RelayConnections connections;

  LedgerFixture(Database database) {
    this.database = database;
    database.migrate("command");
    String user = Logins.runtime("command");
    connections =
        new RelayConnections(database.jdbcUrl(), user, database.logins().revealPassword(user));
  }

  DataSource source() {
    var source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    source.setUser(Logins.runtime("command"));
    source.setPassword(database.logins().revealPassword(Logins.runtime("command")));
    return source;
  }

  /** Read by connections that are kept open, as the service does. */
  LedgerLog log() {
    return new JdbcLedgerLog(connections.pooled());
  }

  DataSource pooled() {
    return connections.pooled();
  }

  /** What only the schema's owner may do. */
  void asOwner(String sql) {
    try (Connection connection = database.as(Logins.owner("command"))) {
      connection.createStatement().execute("SET search_path = command");
      connection.createStatement().execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An append whose transaction the test ends when it likes. */
  final class Append implements AutoCloseable {
    private final Connection connection = connect();

    Append add(OrganizationId organization, long position, OrganizationEvent event) {
      return add(organization, position, EventTypes.nameOf(event), EventCodec.encodePayload(event));
    }

    Append add(OrganizationId organization, long position, String type, byte[] payload) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "INSERT INTO event (id, organization, position, type, payload, metadata,"
                  + " aggregate_type, recorded_at) VALUES (?, ?, ?, ?, ?, ?, 'Organization', '')")) {
        statement.setString(1, "evt_" + uuid7());
        statement.setString(2, organization.value());
        statement.setLong(3, position);
        statement.setString(4, type);
        statement.setBytes(5, payload);
        statement.setBytes(6, EventCodec.encode(new Meta(Actor.SYSTEM, Origin.NONE)));
        statement.executeUpdate();
        return this;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    void commit() {
      try {
        connection.commit();
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    void rollback() {
      close();
    }

    @Override
    public void close() {
      try {
        if (!connection.isClosed()) {
          connection.rollback();
          connection.close();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  Append append() {
    return new Append();
  }

  void append(OrganizationId organization, long position, OrganizationEvent event) {
    append().add(organization, position, event).commit();
  }

  long head() {
    try (Connection connection = connect();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery("SELECT coalesce(max(global_index), -1) FROM event")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() {
    try {
      Connection connection = database.as(Logins.runtime("command"));
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    connections.close();
  }

  static UUID uuid7() {
    return UuidCreator.getTimeOrderedEpoch();
  }
}
