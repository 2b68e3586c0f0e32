package dev.keyledger.command.relay;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/** How far each organisation was published, as the ledger has it. */
final class LedgerStandings {
  private static final int PAGE = 500;

  /**
   * @param published the last position that was published; -1 for none
   * @param passedBy the first position behind it that stands at an index which the relay has
   *     passed, and that is neither a gap that may still be committed nor held: it came there
   *     another way
   */
  record Standing(String organization, long published, @Nullable Long passedBy) {}

  /**
   * @param next where to go on; {@code null} at the end
   * @param topic id of the {@code events.v1} that has everything which was published; {@code null}
   *     while it is being filled
   */
  record Page(List<Standing> items, @Nullable String next, @Nullable String topic) {}

  private final DataSource source;

  LedgerStandings(DataSource source) {
    this.source = source;
  }

  Page after(String organization) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      try {
        return page(connection, PublishedPositions.savedToken(connection), organization);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("The ledger could not be read", e);
    }
  }

  // From one organisation to the next by the index, never along all events.
  private static Page page(Connection connection, RelayToken token, String after)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH RECURSIVE known (organization) AS (
              (SELECT organization FROM event WHERE organization > ? ORDER BY organization LIMIT 1)
              UNION ALL
              SELECT (SELECT e.organization FROM event e WHERE e.organization > k.organization
                ORDER BY e.organization LIMIT 1)
              FROM known k WHERE k.organization IS NOT NULL
            )
            SELECT k.organization, coalesce(p.position, -1), (
              SELECT min(e.position) FROM event e
              WHERE e.organization = k.organization AND e.position > coalesce(p.position, -1)
                AND e.global_index <= ? AND e.global_index <> ALL (?) AND e.organization <> ALL (?))
            FROM (SELECT organization FROM known WHERE organization IS NOT NULL LIMIT %d) k
            LEFT JOIN published_position p ON p.organization = k.organization
            ORDER BY k.organization
            """
                .formatted(PAGE))) {
      statement.setString(1, after);
      statement.setLong(2, token.index());
      statement.setArray(3, JdbcLedgerLog.gapsOf(token, statement));
      statement.setArray(
          4, connection.createArrayOf("text", token.held().keySet().toArray(new String[0])));
      var items = new ArrayList<Standing>();
      String last = null;
      int rows = 0;
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows++;
          last = found.getString(1);
          if (isId(last)) {
            items.add(new Standing(last, found.getLong(2), found.getObject(3, Long.class)));
          }
        }
      }
      return new Page(
          items,
          rows < PAGE ? null : last,
          token.filling() == null ? token.topics().get(Topics.EVENTS) : null);
    }
  }

  // What no organisation's id has, no command and no relay ever reads.
  private static boolean isId(String text) {
    try {
      return new OrganizationId(text).value().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
