package dev.keyledger.command.relay;

import dev.keyledger.events.LedgerEvent;
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
final class JdbcLedger implements Ledger {
  private static final String COLUMNS =
      "global_index, event_identifier, aggregate_identifier, sequence_number, payload_type,"
          + " payload, meta_data";
  private static final int PAGE = 1000;

  /** An event as its row holds it. */
  record Row(
      String eventIdentifier,
      String aggregateIdentifier,
      long sequenceNumber,
      String payloadType,
      byte[] payload,
      byte[] metaData) {}

  /** Reads a row; what it throws is poison. */
  interface RowReader {
    LedgerEvent read(Row row);
  }

  private final DataSource source;
  private final RowReader reader;

  JdbcLedger(DataSource source, RowReader reader) {
    this.source = source;
    this.reader = reader;
  }

  @Override
  public List<Entry> after(RelayToken token, int atMost) {
    return query(
        """
        (SELECT %1$s FROM domain_event_entry WHERE global_index = ANY (?)
         ORDER BY global_index LIMIT %2$d)
        UNION ALL
        (SELECT %1$s FROM domain_event_entry WHERE global_index > ?
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
            + " FROM domain_event_entry WHERE aggregate_identifier = ?"
            + " AND sequence_number >= ? AND sequence_number < ? ORDER BY sequence_number",
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
        "SELECT coalesce(max(global_index), -1) FROM domain_event_entry",
        statement -> {},
        rows -> {
          rows.next();
          return rows.getLong(1);
        });
  }

  @Override
  public OptionalLong indexOf(OrganizationId organization, long position) {
    return query(
        "SELECT global_index FROM domain_event_entry"
            + " WHERE aggregate_identifier = ? AND sequence_number = ?",
        statement -> {
          statement.setString(1, organization.value());
          statement.setLong(2, position);
        },
        rows -> rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty());
  }

  private LedgerEvent event(ResultSet row) throws SQLException {
    var stored =
        new Row(
            row.getString(2),
            row.getString(3),
            row.getLong(4),
            row.getString(5),
            row.getBytes(6),
            row.getBytes(7));
    try {
      return reader.read(stored);
    } catch (RuntimeException e) {
      throw new PoisonException("event " + stored.eventIdentifier() + " cannot be read", e);
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
