package dev.keyledger.command.relay;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.EventId;
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
final class LedgerFixture {
  record Meta(@JsonProperty("actor") Actor actor, @JsonProperty("origin") Origin origin) {}

  private final Database database;

  LedgerFixture(Database database) {
    this.database = database;
    try (Connection connection = database.as(Logins.owner("command"));
        var statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE domain_event_entry (
            global_index bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_identifier text NOT NULL UNIQUE,
            aggregate_identifier text NOT NULL,
            sequence_number bigint NOT NULL,
            payload_type text NOT NULL,
            payload bytea NOT NULL,
            meta_data bytea NOT NULL,
            UNIQUE (aggregate_identifier, sequence_number));
          GRANT SELECT, INSERT ON domain_event_entry TO keyledger_command;
          CREATE TABLE relay_lease (
            singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
            holder text NOT NULL,
            expires_at timestamptz NOT NULL);
          INSERT INTO relay_lease (holder, expires_at) VALUES ('', '-infinity');
          GRANT SELECT, UPDATE ON relay_lease TO keyledger_command;
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  DataSource source() {
    var source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    source.setUser(Logins.runtime("command"));
    source.setPassword(database.logins().revealPassword(Logins.runtime("command")));
    return source;
  }

  Ledger ledger() {
    return new JdbcLedger(source(), LedgerFixture::read);
  }

  private static LedgerEvent read(JdbcLedger.Row row) {
    Meta meta = EventCodec.decode(row.metaData(), Meta.class);
    return new LedgerEvent(
        new OrganizationId(row.aggregateIdentifier()),
        row.sequenceNumber(),
        new EventId(row.eventIdentifier()),
        meta.actor(),
        meta.origin(),
        EventCodec.decodePayload(row.payloadType(), row.payload()));
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
              "INSERT INTO domain_event_entry (event_identifier, aggregate_identifier,"
                  + " sequence_number, payload_type, payload, meta_data)"
                  + " VALUES (?, ?, ?, ?, ?, ?)")) {
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
                .executeQuery("SELECT coalesce(max(global_index), -1) FROM domain_event_entry")) {
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

  static UUID uuid7() {
    return com.github.f4b6a3.uuid.UuidCreator.getTimeOrderedEpoch();
  }
}
