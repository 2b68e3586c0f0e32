package dev.keyledger.benchmarks.ceiling;

import dev.keyledger.benchmarks.ceiling.BareExport.Connections;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.LongSupplier;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What a rebuild can't be faster than as far as PostgreSQL goes: history's rows, and its indexes.
 */
public final class BareCopy {
  private static final String COPIED = "query.bare_copy";

  private BareCopy() {}

  /**
   * Events a second of one connection that copies the rows which the live history has into a new
   * table and makes the same indexes, one after the other.
   */
  public static double perSecond(Connections connections, LongSupplier nanos) {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      String live;
      try (ResultSet row =
          statement.executeQuery(
              "select 'query.events_g' || generation from query.generations where state ="
                  + " 'live'")) {
        row.next();
        live = row.getString(1);
      }
      Path rows = Files.createTempFile("keyledger-rows-", ".copy");
      try {
        CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(rows), 1 << 16)) {
          copies.copyOut("copy " + live + " to stdout (format binary)", out);
        }
        statement.execute("create table " + COPIED + " (like " + live + ")");
        long startedAt = nanos.getAsLong();
        long copied;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(rows), 1 << 16)) {
          copied = copies.copyIn("copy " + COPIED + " from stdin (format binary)", in, 1 << 16);
        }
        statement.execute(
            "do $$ declare i text; begin for i in select pg_get_indexdef(indexrelid) from pg_index"
                + " where indrelid = '"
                + live
                + "'::regclass loop execute regexp_replace(i, 'INDEX \\S+ ON \\S+', 'INDEX ON "
                + COPIED
                + "'); end loop; end $$");
        double perSecond = copied * 1e9 / (nanos.getAsLong() - startedAt);
        statement.execute("drop table " + COPIED);
        return perSecond;
      } finally {
        Files.deleteIfExists(rows);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the rows can't be copied", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
