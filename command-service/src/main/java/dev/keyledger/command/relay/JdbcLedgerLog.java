package dev.keyledger.command.relay;

import dev.keyledger.command.ledger.EventMetadata;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The event store's table. Each look is one statement and so sees one state of it: an
 * organisation's event is never seen without those before it, whatever is committed meanwhile.
 */
final class JdbcLedgerLog implements LedgerLog {
  private static final String COLUMNS =
      "global_index, organization, position, id, type, payload, metadata";
  private static final int PAGE = 1000;

  private final DataSource source;

  JdbcLedgerLog(DataSource source) {
    this.source = source;
  }

  @Override
  public List<Entry> after(RelayToken token, int atMost) {
    return query(
        """
        (SELECT %1$s FROM event WHERE global_index = ANY (?)
         ORDER BY global_index LIMIT %2$d)
        UNION ALL
        (SELECT %1$s FROM event WHERE global_index > ?
         ORDER BY global_index LIMIT %2$d)
        ORDER BY global_index LIMIT %2$d
        """
            .formatted(COLUMNS, atMost),
        statement -> {
          Array gaps = statement.getConnection().createArrayOf("bigint", token.gaps().toArray());
          statement.setArray(1, gaps);
          statement.setLong(2, token.index());
        },
        rows -> {
          var entries = new ArrayList<Entry>();
          while (rows.next()) {
            entries.add(new Entry(rows.getLong(1), event(rows)));
          }
          return entries;
        });
  }

  @Override
  public void historyOf(OrganizationId organization, long before, Consumer<LedgerEvent> events) {
    long next = 0;
    while (next < before) {
      List<LedgerEvent> page = page(organization, next, Math.min(before, next + PAGE));
      if (page.isEmpty()) {
        return;
      }
      page.forEach(events);
      next += PAGE;
    }
  }

  private List<LedgerEvent> page(OrganizationId organization, long from, long before) {
    return query(
        "SELECT "
            + COLUMNS
            + " FROM event WHERE organization = ?"
            + " AND position >= ? AND position < ? ORDER BY position",
        statement -> {
          statement.setString(1, organization.value());
          statement.setLong(2, from);
          statement.setLong(3, before);
        },
        rows -> {
          var events = new ArrayList<LedgerEvent>();
          while (rows.next()) {
            events.add(event(rows));
          }
          return events;
        });
  }

  @Override
  public long head() {
    return query(
        "SELECT coalesce(max(global_index), -1) FROM event",
        statement -> {},
        rows -> {
          rows.next();
          return rows.getLong(1);
        });
  }

  @Override
  public OptionalLong indexOf(OrganizationId organization, long position) {
    return query(
        "SELECT global_index FROM event" + " WHERE organization = ? AND position = ?",
        statement -> {
          statement.setString(1, organization.value());
          statement.setLong(2, position);
        },
        rows -> rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty());
  }

  private static LedgerEvent event(ResultSet row) throws SQLException {
    String id = row.getString(4);
    try {
      var metadata = EventCodec.decode(row.getBytes(7), EventMetadata.class);
      return new LedgerEvent(
          new OrganizationId(row.getString(2)),
          row.getLong(3),
          new EventId(id),
          metadata.actor(),
          metadata.origin(),
          EventCodec.decodePayload(row.getString(5), row.getBytes(6)));
    } catch (RuntimeException e) {
      throw new PoisonException("event " + id + " cannot be read", e);
    }
  }

  private interface Binder {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private interface Extractor<T> {
    T extract(ResultSet rows) throws SQLException;
  }

  private <T> T query(String sql, Binder binder, Extractor<T> extractor) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      binder.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return extractor.extract(rows);
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("The ledger could not be read", e);
    }
  }
}
