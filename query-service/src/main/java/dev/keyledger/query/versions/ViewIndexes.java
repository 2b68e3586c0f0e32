package dev.keyledger.query.versions;

import dev.keyledger.query.database.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes the indexes of a view version that has been filled without them, by several connections at
 * a time. Each index is whole or not there; only the transaction that found all of them says that
 * the view version has its indexes, so that one which was interrupted goes on with the others.
 */
@Component
public final class ViewIndexes {
  private static final Logger log = LoggerFactory.getLogger(ViewIndexes.class);

  private static final Duration HEARD_EVERY = Duration.ofSeconds(5);

  private final Transactions transactions;

  ViewIndexes(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * The replica that comes first makes them; the view version's appliers wait meanwhile. Takes as
   * long as PostgreSQL needs to sort all of history.
   *
   * @param connections how many indexes are made at a time, at least 1
   */
  public void make(ViewVersion version, int connections) {
    boolean made =
        transactions.runLong(connection -> {
          if (!lockUnindexed(connection, version)) {
            return false;
          }
          // As every applier does before it writes: one that had written to one table would wait
          // for the other, and the index on that table for it.
          Offsets.lock(connection, version, Offsets.read(connection, version).keySet());
          Queue<String> due = new ConcurrentLinkedQueue<>(names(connection, version));
          List<Thread> others = others(version, due, connections - 1);
          try {
            makeEach(connection, version, due);
            await(others, connection);
          } finally {
            due.clear();
          }
          finish(connection, version);
          return true;
        });
    if (made) {
      log.info("view version {} has its indexes", version.number());
    }
  }

  private static boolean lockUnindexed(Connection connection, ViewVersion version)
      throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "select indexed from generations where generation = ? for update skip locked")) {
      lock.setInt(1, version.number());
      try (ResultSet row = lock.executeQuery()) {
        return row.next() && !row.getBoolean(1);
      }
    }
  }

  private static List<String> names(Connection connection, ViewVersion version)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select name from generation_indexes(?)")) {
      statement.setInt(1, version.number());
      var names = new ArrayList<String>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    }
  }

  private List<Thread> others(ViewVersion version, Queue<String> due, int count) {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("projection-indexing-" + (i + 1))
              .daemon()
              .start(() -> help(version, due)));
    }
    return threads;
  }

  /** What isn't made here is made by whoever finishes. */
  private void help(ViewVersion version, Queue<String> due) {
    try {
      for (String name = due.poll(); name != null; name = due.poll()) {
        String one = name;
        boolean unused =
            transactions.runLong(connection -> {
              make(connection, version, one);
              return true;
            });
      }
    } catch (RuntimeException | Error e) {
      log.warn(
          "an index of view version {} has to be made once more: {}",
          version.number(),
          e.getClass().getSimpleName());
    }
  }

  private static void makeEach(Connection connection, ViewVersion version, Queue<String> due)
      throws SQLException {
    for (String name = due.poll(); name != null; name = due.poll()) {
      make(connection, version, name);
    }
  }

  private static void make(Connection connection, ViewVersion version, String name)
      throws SQLException {
    try (PreparedStatement make = connection.prepareStatement("select make_index(?, ?)")) {
      make.setInt(1, version.number());
      make.setString(2, name);
      make.execute();
    }
  }

  private static void finish(Connection connection, ViewVersion version) throws SQLException {
    try (PreparedStatement index = connection.prepareStatement("select index_generation(?)")) {
      index.setInt(1, version.number());
      index.execute();
    }
  }

  // A transaction that keeps silent for long is ended, since its replica may be held.
  private static void await(List<Thread> others, Connection connection) throws SQLException {
    try (PreparedStatement heard = connection.prepareStatement("select 1")) {
      for (Thread other : others) {
        while (!other.join(HEARD_EVERY)) {
          heard.execute();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
