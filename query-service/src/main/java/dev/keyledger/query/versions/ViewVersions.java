package dev.keyledger.query.versions;

import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.kafka.LedgerTopic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Which view versions there are, and the one row that says which of them serves. */
@Component
public final class ViewVersions {
  private static final Logger log = LoggerFactory.getLogger(ViewVersions.class);

  /** So many records are applied in much less than the patience of a swap. */
  private static final long NEARLY_LEVEL = 5_000;

  public enum State {
    BUILDING,
    LIVE
  }

  /**
   * @param indexed whether it has the indexes that only reads need
   */
  public record Known(ViewVersion version, State state, boolean indexed) {}

  private final Transactions transactions;

  ViewVersions(Transactions transactions) {
    this.transactions = transactions;
  }

  public List<Known> all() {
    return transactions.run(connection -> {
      var known = new ArrayList<Known>();
      try (PreparedStatement statement =
              connection.prepareStatement(
                  "select generation, state, indexed from generations order by generation");
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          known.add(
              new Known(
                  new ViewVersion(rows.getInt(1)),
                  rows.getString(2).equals("live") ? State.LIVE : State.BUILDING,
                  rows.getBoolean(3)));
        }
      }
      return known;
    });
  }

  public ViewVersion live() {
    return all().stream()
        .filter(k -> k.state() == State.LIVE)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no version of the views is live"))
        .version();
  }

  /**
   * Keeps beside a view version's offsets which partitions' topic has forgotten records before they
   * were read, so that all replicas and all reads know it.
   */
  public void noteLost(ViewVersion version, LedgerTopic topic, Instant now) {
    boolean unused =
        transactions.run(connection -> {
          boolean news =
              Offsets.read(connection, version).entrySet().stream()
                  .anyMatch(one -> isNews(one.getValue(), topic, one.getKey()));
          if (news) {
            Offsets.noteLost(connection, version, topic.id(), topic.beginnings(), now);
          }
          return news;
        });
  }

  private static boolean isNews(
      Offsets.PartitionProgress progress, LedgerTopic topic, int partition) {
    boolean lost = progress.nextOffset() < topic.beginnings().getOrDefault(partition, 0L);
    return topic.id().equals(progress.topic()) && lost != (progress.lostSince() != null);
  }

  /** How many organisations {@code next} shows at an older position than the one that serves. */
  public long organizationsBehind(ViewVersion next) {
    ViewVersion live = live();
    return transactions.run(connection -> {
      try (PreparedStatement statement =
              connection.prepareStatement("select count(*) from " + behind(live, next));
          ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    });
  }

  /**
   * Whether {@code next} could draw level within the patience of a {@link #swap}: asked without a
   * lock, so that no applier waits for a view version that is far behind.
   */
  public boolean isNearlyLevel(ViewVersion old, ViewVersion next) {
    return transactions.run(connection -> {
      Map<Integer, Offsets.PartitionProgress> goal = Offsets.read(connection, old);
      Map<Integer, Offsets.PartitionProgress> reached = Offsets.read(connection, next);
      return behind(goal, reached) <= NEARLY_LEVEL;
    });
  }

  /**
   * Makes {@code next} what all reads see, unless it would show an organisation an older position
   * than the one that serves. Appliers of the old view version wait while this is found out, so
   * that it has a moment to draw level; readers don't notice.
   *
   * @param patienceMillis how long appliers may be kept waiting
   * @return whether it serves now
   */
  public boolean swap(ViewVersion old, ViewVersion next, SwapRecord done, long patienceMillis) {
    boolean swapped =
        transactions.run(connection -> {
          boolean serves =
              lockPointers(connection, old, next)
                  && drawsLevel(connection, old, next, patienceMillis)
                  && !showsLess(connection, old, next);
          if (serves) {
            point(connection, old, next);
            done.record(connection, Offsets.read(connection, next));
          }
          return serves;
        });
    if (swapped) {
      log.info("view version {} serves now", next.number());
    }
    return swapped;
  }

  /** What is remembered of a rebuild in the transaction that ends it. */
  public interface SwapRecord {
    void record(Connection connection, Map<Integer, Offsets.PartitionProgress> progress)
        throws SQLException;
  }

  private static boolean lockPointers(Connection connection, ViewVersion old, ViewVersion next)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select generation from generations where (generation, state) in ((?, 'live'), (?,"
                + " 'building')) order by generation for update skip locked")) {
      statement.setInt(1, old.number());
      statement.setInt(2, next.number());
      int locked = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          locked++;
        }
      }
      return locked == 2;
    }
  }

  private static boolean drawsLevel(
      Connection connection, ViewVersion old, ViewVersion next, long patienceMillis)
      throws SQLException {
    Map<Integer, Offsets.PartitionProgress> goal = Offsets.read(connection, old);
    Offsets.lock(connection, old, goal.keySet());
    goal = Offsets.read(connection, old);
    for (long waited = 0; ; waited += 20) {
      boolean level = behind(goal, Offsets.read(connection, next)) == 0;
      if (level || waited >= patienceMillis) {
        return level;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /**
   * Records of all partitions together. Offsets of two topics can't be compared: where one of both
   * has yet to find out that it reads from another, they are no distance from each other.
   */
  private static long behind(
      Map<Integer, Offsets.PartitionProgress> goal,
      Map<Integer, Offsets.PartitionProgress> reached) {
    long behind = 0;
    for (var one : goal.entrySet()) {
      Offsets.PartitionProgress own = reached.get(one.getKey());
      if (own == null || !Objects.equals(own.topic(), one.getValue().topic())) {
        return Long.MAX_VALUE;
      }
      behind += Math.max(0, one.getValue().nextOffset() - own.nextOffset());
    }
    return behind;
  }

  /**
   * On level partitions an organisation can be behind that is parked, or of which the topic doesn't
   * hold (again) what the old view version has from a topic before.
   */
  private static boolean showsLess(Connection connection, ViewVersion old, ViewVersion next)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select o.organization from " + behind(old, next) + " limit 1");
        ResultSet rows = statement.executeQuery()) {
      boolean less = rows.next();
      if (less) {
        log.warn(
            "view version {} cannot serve yet: it has organisation org_{} at an older position than"
                + " the one that serves",
            next.number(),
            rows.getString(1));
      }
      return less;
    }
  }

  private static String behind(ViewVersion old, ViewVersion next) {
    return old.sql("positions@ o left join ")
        + next.sql("positions@ n on n.organization = o.organization where n.position is null")
        + " or n.position < o.position";
  }

  private static void point(Connection connection, ViewVersion old, ViewVersion next)
      throws SQLException {
    try (PreparedStatement delete =
            connection.prepareStatement("delete from generations where generation = ?");
        PreparedStatement update =
            connection.prepareStatement(
                "update generations set state = 'live' where generation = ?")) {
      delete.setInt(1, old.number());
      delete.executeUpdate();
      update.setInt(1, next.number());
      update.executeUpdate();
    }
  }

  /**
   * Drops tables of view versions that nothing points to any more; gives up when readers hold them.
   */
  public void dropRetired() {
    int dropped =
        transactions.run(connection -> {
          try (PreparedStatement timeout =
                  connection.prepareStatement("set local lock_timeout = '2s'");
              PreparedStatement drop =
                  connection.prepareStatement("select drop_retired_generations()")) {
            timeout.execute();
            try (ResultSet row = drop.executeQuery()) {
              row.next();
              return row.getInt(1);
            }
          }
        });
    if (dropped > 0) {
      log.info("dropped {} tables of a retired view version", dropped);
    }
  }
}
