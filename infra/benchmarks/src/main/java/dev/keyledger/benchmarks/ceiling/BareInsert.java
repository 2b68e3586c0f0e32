package dev.keyledger.benchmarks.ceiling;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Durable inserts of one row each into the same PostgreSQL, every client on its own connection and
 * every row in its own transaction.
 */
public final class BareInsert {
  private final Supplier<Connection> connections;
  private final int bytes;
  private final LongSupplier nanos;

  /**
   * @param connections as a role that may make a table in the schema {@code benchmark}
   * @param bytes of one row, as many as the event has that it is compared with
   */
  public BareInsert(Supplier<Connection> connections, int bytes, LongSupplier nanos) {
    this.connections = connections;
    this.bytes = bytes;
    this.nanos = nanos;
  }

  /**
   * @throws IllegalStateException when the server would lose an acknowledged row in a crash
   */
  public void prepare() {
    try (Connection connection = connections.get();
        var statement = connection.createStatement()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        try (var row = statement.executeQuery("SHOW " + setting)) {
          row.next();
          if (!"on".equals(row.getString(1))) {
            throw new IllegalStateException(setting + " is " + row.getString(1) + ", not on");
          }
        }
      }
      statement.execute("CREATE SCHEMA IF NOT EXISTS benchmark");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS benchmark.inserted (id bigserial PRIMARY KEY, row bytea NOT"
              + " NULL)");
    } catch (SQLException e) {
      throw new IllegalStateException("the table to insert into could not be made", e);
    }
  }

  /** The clients' connections are open before the clock runs. */
  public double perSecond(int clients, long millis) {
    List<Connection> open = Stream.generate(connections).limit(clients).toList();
    try (var threads = Executors.newFixedThreadPool(clients)) {
      long startedAt = nanos.getAsLong();
      long endsAt = startedAt + millis * 1_000_000;
      var counts = new ArrayList<Future<Integer>>();
      for (Connection connection : open) {
        counts.add(threads.submit(() -> insertUntil(endsAt, connection)));
      }
      long inserted = 0;
      for (Future<Integer> count : counts) {
        inserted += count.get();
      }
      return inserted * 1e9 / (endsAt - startedAt);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client could not insert", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while inserting", e);
    }
  }

  private int insertUntil(long endsAt, Connection its) throws SQLException {
    int inserted = 0;
    try (Connection connection = its;
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO benchmark.inserted (row) VALUES (?)")) {
      var row = new byte[bytes];
      while (nanos.getAsLong() < endsAt) {
        // Not compressible: PostgreSQL would store two kilobytes of zeroes as a few bytes.
        ThreadLocalRandom.current().nextBytes(row);
        insert.setBytes(1, row);
        insert.executeUpdate();
        inserted++;
      }
    }
    return inserted;
  }
}
