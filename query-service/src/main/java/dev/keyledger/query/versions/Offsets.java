package dev.keyledger.query.versions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a view version has read each partition: stored with what was applied, never in Kafka. */
public final class Offsets {
  /**
   * @param nextOffset the first that is not dealt with
   * @param events applied of this partition
   */
  public record PartitionProgress(long nextOffset, long events, @Nullable Instant recordAt) {}

  /** What a batch adds to a partition. */
  public record Advance(long nextOffset, long events, @Nullable Instant recordAt) {}

  private Offsets() {}

  /**
   * Locks the partitions' rows until the transaction's end, in an order that rules deadlocks out:
   * of two consumers that both believe a partition theirs, one waits and then finds it done.
   */
  public static Map<Integer, Long> lock(
      Connection connection, ViewVersion version, Collection<Integer> partitions)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "select kafka_partition, next_offset from offsets@ where kafka_partition = any"
                    + " (?::integer[]) order by kafka_partition for update"))) {
      statement.setArray(1, connection.createArrayOf("integer", partitions.toArray()));
      var offsets = new HashMap<Integer, Long>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          offsets.put(rows.getInt(1), rows.getLong(2));
        }
      }
      return offsets;
    }
  }

  public static Map<Integer, PartitionProgress> read(Connection connection, ViewVersion version)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                version.sql(
                    "select kafka_partition, next_offset, events, (extract(epoch from record_at) *"
                        + " 1000)::bigint from offsets@"));
        ResultSet rows = statement.executeQuery()) {
      var offsets = new HashMap<Integer, PartitionProgress>();
      while (rows.next()) {
        Long at = rows.getObject(4, Long.class);
        offsets.put(
            rows.getInt(1),
            new PartitionProgress(
                rows.getLong(2), rows.getLong(3), at == null ? null : Instant.ofEpochMilli(at)));
      }
      return offsets;
    }
  }

  public static void advance(
      Connection connection, ViewVersion version, Map<Integer, Advance> advances)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "update offsets@ set next_offset = greatest(next_offset, ?), events = events + ?,"
                    + " record_at = coalesce(?::text::timestamptz, record_at) where"
                    + " kafka_partition = ?"))) {
      for (var entry : advances.entrySet()) {
        Advance advance = entry.getValue();
        statement.setLong(1, advance.nextOffset());
        statement.setLong(2, advance.events());
        statement.setString(3, advance.recordAt() == null ? null : advance.recordAt().toString());
        statement.setInt(4, entry.getKey());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
