package dev.keyledger.command.relay;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  public List<StoredEvent> after(RelayToken token, int atMost) {
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
          statement.setArray(1, gapsOf(token, statement));
          statement.setLong(2, token.index());
        },
        JdbcLedgerLog::events);
  }

  @Override
  public void historyOf(String organization, long from, long before, Consumer<StoredEvent> events) {
    long next = from;
    while (next < before) {
      List<StoredEvent> page = page(organization, next, Math.min(before, next + PAGE));
      if (page.isEmpty()) {
        return;
      }
      page.forEach(events);
      next += PAGE;
    }
  }

  private List<StoredEvent> page(String organization, long from, long before) {
    return query(
        "SELECT "
            + COLUMNS
            + " FROM event WHERE organization = ?"
            + " AND position >= ? AND position < ? ORDER BY position",
        statement -> {
          statement.setString(1, organization);
          statement.setLong(2, from);
          statement.setLong(3, before);
        },
        JdbcLedgerLog::events);
  }

  @Override
  public List<StoredEvent> covered(String organization, long from, RelayToken token, int atMost) {
    return query(
        """
        SELECT %s FROM event
        WHERE organization = ? AND position >= ? AND global_index <= ? AND global_index <> ALL (?)
        ORDER BY position LIMIT %d
        """
            .formatted(COLUMNS, atMost),
        statement -> {
          statement.setString(1, organization);
          statement.setLong(2, from);
          statement.setLong(3, token.index());
          statement.setArray(4, gapsOf(token, statement));
        },
        JdbcLedgerLog::events);
  }

  /**
   * An insert takes this lock before it asks the sequence for an index, which is before it has a
   * transaction id: snapshots alone would not tell of it. Prepared transactions hold it too.
   */
  @Override
  public Set<String> openAppends() {
    return query(
        """
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'relation' AND relation = 'event'::regclass AND granted
          AND mode = 'RowExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        statement -> {},
        rows -> {
          var open = new HashSet<String>();
          while (rows.next()) {
            open.add(rows.getString(1));
          }
          return open;
        });
  }

  @Override
  public Optional<String> idAt(long index) {
    return query(
        "SELECT id FROM event WHERE global_index = ?",
        statement -> statement.setLong(1, index),
        rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.empty());
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
  public OptionalLong indexOf(String organization, long position) {
    return query(
        "SELECT global_index FROM event WHERE organization = ? AND position = ?",
        statement -> {
          statement.setString(1, organization);
          statement.setLong(2, position);
        },
        rows -> rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty());
  }

  static Array gapsOf(RelayToken token, PreparedStatement statement) throws SQLException {
    return statement.getConnection().createArrayOf("bigint", token.gaps().toArray());
  }

  private static List<StoredEvent> events(ResultSet rows) throws SQLException {
    var events = new ArrayList<StoredEvent>();
    while (rows.next()) {
      events.add(
          new StoredEvent(
              rows.getLong(1),
              rows.getString(2),
              rows.getLong(3),
              rows.getString(4),
              rows.getString(5),
              rows.getBytes(6),
              rows.getBytes(7)));
    }
    return events;
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
