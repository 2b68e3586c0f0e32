package dev.keyledger.query.versions;

import dev.keyledger.kit.kafka.FollowedTopic.Span;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * How far a view version has read each partition: stored with what was applied, never in Kafka. An
 * offset goes with the id of the topic that it is an offset of.
 */
public final class Offsets {
  /**
   * @param topic its id; {@code null} where no follower has asked for it yet
   * @param nextOffset the first that is not dealt with
   * @param events applied of this partition, of whichever topic
   * @param unseen events that were applied and that this topic has not shown again
   * @param lostSince since when the topic is known to have forgotten what comes next
   */
  public record PartitionProgress(
      @Nullable String topic,
      long nextOffset,
      long events,
      long unseen,
      @Nullable Instant recordAt,
      @Nullable Instant lostSince) {

    /** Why the views don't go on, as the API says it, where that is so. */
    public static final String TOPIC_LOST_EVENTS = "topic_lost_events";

    /** The first offset of that topic that is not dealt with. */
    public long nextIn(String asked) {
      return isOf(asked) ? nextOffset : 0;
    }

    /** Events that were applied and that the topic with that id has not shown (again). */
    public long unseenIn(String asked) {
      return isOf(asked) ? unseen : events;
    }

    private boolean isOf(String asked) {
      return topic == null || topic.equals(asked);
    }
  }

  /**
   * What a batch adds to a partition.
   *
   * @param events that it applied
   * @param passed events that it found applied already
   */
  public record Advance(long nextOffset, long events, long passed, @Nullable Instant recordAt) {}

  private record Stored(@Nullable String topic, long nextOffset) {}

  private Offsets() {}

  /**
   * Locks the partitions' rows until the transaction's end, in an order that rules deadlocks out:
   * of two consumers that both believe a partition theirs, one waits and then finds it done.
   */
  public static void lock(
      Connection connection, ViewVersion version, Collection<Integer> partitions)
      throws SQLException {
    lockAndRead(connection, version, partitions);
  }

  /**
   * As {@link #lock}, for what was polled: an offset before the poll's beginning, or of another
   * topic, says that the reading began anew since, and that the poll is none of it.
   *
   * @return the first offset of each partition that is not dealt with
   * @throws OptimisticLockingFailureException when the follower has to ask again where to read
   */
  public static Map<Integer, Long> lock(
      Connection connection, ViewVersion version, Map<Integer, Span> polled) throws SQLException {
    Map<Integer, Stored> stored = lockAndRead(connection, version, polled.keySet());
    Map<Integer, Long> offsets = new HashMap<>();
    for (var one : polled.entrySet()) {
      Stored row = stored.get(one.getKey());
      Span span = one.getValue();
      if (row == null || !span.topic().equals(row.topic()) || row.nextOffset() < span.from()) {
        throw new OptimisticLockingFailureException(
            "the reading of partition " + one.getKey() + " began anew");
      }
      offsets.put(one.getKey(), row.nextOffset());
    }
    return offsets;
  }

  private static Map<Integer, Stored> lockAndRead(
      Connection connection, ViewVersion version, Collection<Integer> partitions)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "select kafka_partition, topic_id, next_offset from offsets@ where"
                    + " kafka_partition = any (?::integer[]) order by kafka_partition for"
                    + " update"))) {
      statement.setArray(1, connection.createArrayOf("integer", partitions.toArray()));
      Map<Integer, Stored> stored = new TreeMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          stored.put(rows.getInt(1), new Stored(rows.getString(2), rows.getLong(3)));
        }
      }
      return stored;
    }
  }

  /**
   * Has the partitions read from that topic: those that were read from another one from its
   * beginning. An offset without a topic is taken for one of it.
   *
   * @return the partitions that begin anew
   */
  public static Set<Integer> readFrom(
      Connection connection, ViewVersion version, Collection<Integer> partitions, String topic)
      throws SQLException {
    Set<Integer> anew = new TreeSet<>();
    Set<Integer> unnamed = new TreeSet<>();
    lockAndRead(connection, version, partitions)
        .forEach((partition, stored) -> {
          if (stored.topic() == null) {
            unnamed.add(partition);
          } else if (!stored.topic().equals(topic)) {
            anew.add(partition);
          }
        });
    try (PreparedStatement name =
        connection.prepareStatement(
            version.sql(
                "update offsets@ set topic_id = ? where kafka_partition = any (?::integer[])"))) {
      name.setString(1, topic);
      name.setArray(2, connection.createArrayOf("integer", unnamed.toArray()));
      name.executeUpdate();
    }
    beginAnew(connection, version, anew, topic);
    return anew;
  }

  /**
   * Has partitions begin anew that their topic ends before: but not those that began anew since.
   *
   * @param polledAt where the follower stood that found no record there
   * @return the partitions that begin anew
   */
  public static Set<Integer> setBack(
      Connection connection, ViewVersion version, Map<Integer, Long> polledAt, String topic)
      throws SQLException {
    Set<Integer> anew = new TreeSet<>();
    lockAndRead(connection, version, polledAt.keySet())
        .forEach((partition, stored) -> {
          if (topic.equals(stored.topic())
              && stored.nextOffset() >= polledAt.getOrDefault(partition, 0L)) {
            anew.add(partition);
          }
        });
    beginAnew(connection, version, anew, topic);
    return anew;
  }

  private static void beginAnew(
      Connection connection, ViewVersion version, Set<Integer> partitions, String topic)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "update offsets@ set topic_id = ?, next_offset = 0, unseen = events, record_at ="
                    + " null, lost_since = null where kafka_partition = any (?::integer[])"))) {
      statement.setString(1, topic);
      statement.setArray(2, connection.createArrayOf("integer", partitions.toArray()));
      statement.executeUpdate();
    }
  }

  /**
   * Keeps which partitions' topic has forgotten what comes next, or holds it again.
   *
   * @param beginnings the first offsets that the topic holds
   */
  public static void noteLost(
      Connection connection,
      ViewVersion version,
      String topic,
      Map<Integer, Long> beginnings,
      Instant now)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "update offsets@ set lost_since = case when next_offset < ? then ?::timestamptz"
                    + " end where kafka_partition = ? and topic_id = ? and (next_offset < ?) <>"
                    + " (lost_since is not null)"))) {
      for (var beginning : new TreeMap<>(beginnings).entrySet()) {
        statement.setLong(1, beginning.getValue());
        statement.setObject(2, now.atOffset(ZoneOffset.UTC));
        statement.setInt(3, beginning.getKey());
        statement.setString(4, topic);
        statement.setLong(5, beginning.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  public static Map<Integer, PartitionProgress> read(Connection connection, ViewVersion version)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                version.sql(
                    "select kafka_partition, topic_id, next_offset, events, unseen, record_at,"
                        + " lost_since from offsets@"));
        ResultSet rows = statement.executeQuery()) {
      var offsets = new HashMap<Integer, PartitionProgress>();
      while (rows.next()) {
        offsets.put(
            rows.getInt(1),
            new PartitionProgress(
                rows.getString(2),
                rows.getLong(3),
                rows.getLong(4),
                rows.getLong(5),
                instant(rows.getObject(6, OffsetDateTime.class)),
                instant(rows.getObject(7, OffsetDateTime.class))));
      }
      return offsets;
    }
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  public static void advance(
      Connection connection, ViewVersion version, Map<Integer, Advance> advances)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "update offsets@ set next_offset = greatest(next_offset, ?), events = events + ?,"
                    + " unseen = greatest(unseen - ?, 0), record_at ="
                    + " coalesce(?::text::timestamptz, record_at) where kafka_partition = ?"))) {
      for (var entry : advances.entrySet()) {
        Advance advance = entry.getValue();
        statement.setLong(1, advance.nextOffset());
        statement.setLong(2, advance.events());
        statement.setLong(3, advance.passed());
        statement.setString(4, advance.recordAt() == null ? null : advance.recordAt().toString());
        statement.setInt(5, entry.getKey());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
