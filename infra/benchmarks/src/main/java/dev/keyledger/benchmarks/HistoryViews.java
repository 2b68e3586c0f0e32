package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.seed.HistorySeed;
import dev.keyledger.infra.servers.EmbeddedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A view version that was filled without the projector, as a rebuild would have: rows first, then
 * the indexes, two at a time, and then the one row that says that it serves.
 */
record HistoryViews(EmbeddedServers servers, int generation) {
  private static final Duration INDEXED_WITHIN = Duration.ofHours(1);

  static HistoryViews fill(EmbeddedServers servers, HistorySeed seed) throws SQLException {
    long startedAt = System.nanoTime();
    try (Connection connection = servers.asSuperuser()) {
      try (var statement = connection.createStatement()) {
        statement.execute("set search_path = query");
      }
      int generation = number(connection, "select open_generation('building', 8)");
      seed.events(connection, generation);
      said("events are written", startedAt);
      seed.states(connection, generation);
      seed.activity(connection);
      said("states and activity are written", startedAt);
      index(servers, names(connection, generation), generation);
      try (var statement = connection.createStatement()) {
        statement.execute("select index_generation(" + generation + ")");
        statement.execute("delete from generations where state = 'live'");
        statement.execute("update generations set state = 'live' where generation = " + generation);
        statement.execute("analyze");
        statement.execute("checkpoint");
      }
      said("indexes are made", startedAt);
      return new HistoryViews(servers, generation);
    }
  }

  /**
   * Those that a kept cluster has.
   *
   * @return when the history begins; empty of a cluster in which none was filled to its end
   */
  static Optional<Instant> begin(EmbeddedServers servers, long events, int organizations)
      throws SQLException {
    try (Connection connection = servers.asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists seeded_history (events bigint, organizations int, began timestamptz)");
      try (ResultSet row =
          statement.executeQuery("select events, organizations, began from seeded_history")) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (row.getLong(1) != events || row.getInt(2) != organizations) {
          throw new IllegalStateException("the kept cluster has another history than is asked for");
        }
        return Optional.of(row.getObject(3, OffsetDateTime.class).toInstant());
      }
    }
  }

  /** The next run finds it. */
  void keep(long events, int organizations, Instant begin) throws SQLException {
    try (Connection connection = connection();
        var statement =
            connection.prepareStatement("insert into seeded_history values (?, ?, ?)")) {
      statement.setLong(1, events);
      statement.setInt(2, organizations);
      statement.setObject(3, begin.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  static HistoryViews kept(EmbeddedServers servers) throws SQLException {
    try (Connection connection = servers.asSuperuser()) {
      return new HistoryViews(
          servers,
          number(connection, "select generation from query.generations where state = 'live'"));
    }
  }

  /** Until the service has made of every event what addresses are searched by. */
  void awaitAddresses() throws SQLException {
    long startedAt = System.nanoTime();
    try (Connection connection = connection()) {
      String behind =
          "select count(*) from query.positions_g%s join query.address_progress using (organization)"
                  .formatted(generation)
              + " where next_position <= position";
      while (number(connection, behind) > 0) {
        if (System.nanoTime() - startedAt > INDEXED_WITHIN.toNanos()) {
          throw new IllegalStateException("addresses aren't indexed after " + INDEXED_WITHIN);
        }
        Thread.sleep(1_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while addresses were indexed", e);
    }
    said("addresses are indexed", startedAt);
  }

  Connection connection() throws SQLException {
    return servers.asSuperuser();
  }

  private static void said(String what, long startedAt) {
    System.out.println(
        what + ", after " + Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() + " s");
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static List<String> names(Connection connection, int generation) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        connection
            .createStatement()
            .executeQuery("select name from generation_indexes(" + generation + ")")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static void index(EmbeddedServers servers, List<String> names, int generation) {
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      List<Future<@Nullable Void>> made = new ArrayList<>();
      for (String name : names) {
        made.add(
            two.submit(() -> {
              try (Connection connection = servers.asSuperuser();
                  var statement = connection.prepareStatement("select query.make_index(?, ?)")) {
                statement.setInt(1, generation);
                statement.setString(2, name);
                statement.execute();
              }
              return null;
            }));
      }
      for (Future<@Nullable Void> one : made) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while indexes were made", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an index can't be made", e);
    }
  }
}
