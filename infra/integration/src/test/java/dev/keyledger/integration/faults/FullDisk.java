package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;

/**
 * PostgreSQL out of disk: all tables and indexes are moved to a small file system, which something
 * else then fills. The log of transactions has room, as where it is on a disk of its own; where it
 * hasn't, PostgreSQL ends, and that is another fault.
 */
final class FullDisk implements AutoCloseable {
  private static final String DISK_FULL = "53100";

  private final Connection connection;
  private final Statement statement;

  /** Moves everything; it isn't full yet. */
  FullDisk(Servers servers, Path smallDisk) throws SQLException {
    connection = servers.asSuperuser();
    statement = connection.createStatement();
    statement.execute("CREATE TABLESPACE small LOCATION '" + smallDisk + "'");
    move("pg_default", "small");
  }

  // One by one: whoever locked all of them at once would deadlock with those that work meanwhile.
  private void move(String from, String to) throws SQLException {
    var moves = new ArrayList<String>();
    try (var rows =
        statement.executeQuery(
            """
            SELECT CASE relkind WHEN 'i' THEN 'INDEX ' ELSE 'TABLE ' END || c.oid::regclass
            FROM pg_class c LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
            WHERE relkind IN ('r', 'i') AND relnamespace::regnamespace::text IN
              ('command', 'query', 'token') AND coalesce(spcname, 'pg_default') = '%s'
            """
                .formatted(from))) {
      while (rows.next()) {
        moves.add("ALTER " + rows.getString(1) + " SET TABLESPACE " + to);
      }
    }
    for (String move : moves) {
      statement.execute(move);
    }
  }

  /** To the last page. */
  void fill() throws SQLException {
    statement.execute("CREATE TABLE public.ballast (filler text) TABLESPACE small");
    statement.execute("ALTER TABLE public.ballast ALTER filler SET STORAGE PLAIN");
    for (int pages = 1_024; pages > 0; pages /= 4) {
      fillBy(pages);
    }
  }

  private void fillBy(int pages) throws SQLException {
    try {
      while (true) {
        statement.execute(
            "INSERT INTO public.ballast SELECT repeat('x', 8000) FROM generate_series(1, "
                + pages
                + ")");
      }
    } catch (SQLException full) {
      assertThat(full.getSQLState()).as(full.getMessage()).isEqualTo(DISK_FULL);
    }
  }

  /** There is room again. */
  void free() throws SQLException {
    statement.execute("DROP TABLE IF EXISTS public.ballast");
  }

  /** Everything is where it was. */
  @Override
  public void close() throws SQLException {
    try (connection;
        statement) {
      free();
      move("small", "pg_default");
      statement.execute("DROP TABLESPACE small");
    }
  }
}
