package dev.keyledger.benchmarks.ceiling;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.LongSupplier;

/** What an export and its check can't be faster than. */
public final class BareExport {
  private static final int FETCHED_AT_ONCE = 1_000;

  /** Gives connections. */
  @FunctionalInterface
  public interface Connections {
    Connection open() throws SQLException;
  }

  private BareExport() {}

  /** Records a second that PostgreSQL hands out of the same table, in the same order. */
  public static double rowsPerSecond(Connections connections, LongSupplier nanos) {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      int live;
      try (ResultSet row =
          statement.executeQuery("select generation from query.generations where state = 'live'")) {
        row.next();
        live = row.getInt(1);
      }
      statement.setFetchSize(FETCHED_AT_ONCE);
      long startedAt = nanos.getAsLong();
      long read = 0;
      try (ResultSet rows =
          statement.executeQuery(
              "select record from query.events_g" + live + " order by organization, position")) {
        while (rows.next()) {
          read += rows.getBytes(1).length > 0 ? 1 : 0;
        }
      }
      return read * 1e9 / (nanos.getAsLong() - startedAt);
    } catch (SQLException e) {
      throw new IllegalStateException("the rows can't be read", e);
    }
  }

  /**
   * Events a second of which a file's bytes are hashed, and nothing else.
   *
   * @param events how many the file has
   */
  public static double hashedPerSecond(Path file, long events, LongSupplier nanos) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long startedAt = nanos.getAsLong();
      var buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      byte[] unused = digest.digest();
      return events * 1e9 / (nanos.getAsLong() - startedAt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
