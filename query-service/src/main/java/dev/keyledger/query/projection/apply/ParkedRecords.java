package dev.keyledger.query.projection.apply;

import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Parked organisations of a view version and their records, in the order of the topic. */
final class ParkedRecords {
  private ParkedRecords() {}

  static Set<UUID> organizations(
      Connection connection, ViewVersion version, Collection<Integer> partitions)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "select organization from halted@ where kafka_partition = any (?::integer[])"))) {
      statement.setArray(1, connection.createArrayOf("integer", partitions.toArray()));
      var organizations = new HashSet<UUID>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          organizations.add(rows.getObject(1, UUID.class));
        }
      }
      return organizations;
    }
  }

  static void parkOrganization(
      Connection connection,
      ViewVersion version,
      UUID organization,
      int partition,
      ParkReason reason,
      Instant since)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "insert into halted@ (organization, kafka_partition, reason, since) values (?, ?,"
                    + " ?, ?) on conflict (organization) do nothing"))) {
      statement.setObject(1, organization);
      statement.setInt(2, partition);
      statement.setString(3, reason.text());
      statement.setObject(4, since.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  static void park(Connection connection, ViewVersion version, Collection<DecodingResult> results)
      throws SQLException {
    if (results.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "insert into parked@ (organization, kafka_partition, kafka_offset, position,"
                    + " record) values (?, ?, ?, ?, ?) on conflict do nothing"))) {
      for (DecodingResult result : results) {
        statement.setObject(1, result.organization());
        statement.setInt(2, result.source().partition());
        statement.setLong(3, result.source().offset());
        statement.setObject(4, result.position(), java.sql.Types.BIGINT);
        statement.setBytes(5, result.source().value());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /**
   * What is parked with a position, the lowest first, and all of a position together; once there is
   * none, what is parked without one, in the order of the topic.
   *
   * @param limit of the records; only what shares the last one's position exceeds it
   */
  static List<LedgerRecord> of(
      Connection connection, ViewVersion version, UUID organization, int limit)
      throws SQLException {
    List<LedgerRecord> positioned =
        select(
            connection,
            version,
            "position is not null order by position fetch first (?) rows with ties",
            organization,
            limit);
    return positioned.isEmpty()
        ? select(
            connection,
            version,
            "position is null order by kafka_offset limit ?",
            organization,
            limit)
        : positioned;
  }

  private static List<LedgerRecord> select(
      Connection connection, ViewVersion version, String which, UUID organization, int limit)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "select kafka_partition, kafka_offset, position, record from parked@ where"
                    + " organization = ? and "
                    + which))) {
      statement.setObject(1, organization);
      statement.setInt(2, limit);
      var records = new ArrayList<LedgerRecord>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          records.add(
              new LedgerRecord(
                  rows.getInt(1),
                  rows.getLong(2),
                  Instant.EPOCH,
                  null,
                  rows.getBytes(4),
                  rows.getObject(3, Long.class)));
        }
      }
      return records;
    }
  }

  static void unpark(
      Connection connection,
      ViewVersion version,
      Collection<LedgerRecord> records,
      UUID organization)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "delete from parked@ where organization = ? and kafka_partition = ? and"
                    + " kafka_offset = ?"))) {
      for (LedgerRecord record : records) {
        statement.setObject(1, organization);
        statement.setInt(2, record.partition());
        statement.setLong(3, record.offset());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /**
   * What is parked of these partitions, and that something is of which no organisation is known.
   * Organisations stay halted.
   */
  static void forget(Connection connection, ViewVersion version, Collection<Integer> partitions)
      throws SQLException {
    for (String forgotten :
        List.of(
            "delete from parked@ where kafka_partition = any (?::integer[])",
            "delete from halted@ where kafka_partition = any (?::integer[]) and organization ="
                + " '"
                + DecodingResult.NO_ORGANIZATION
                + "'")) {
      try (PreparedStatement statement = connection.prepareStatement(version.sql(forgotten))) {
        statement.setArray(1, connection.createArrayOf("integer", partitions.toArray()));
        statement.executeUpdate();
      }
    }
  }

  static void release(Connection connection, ViewVersion version, UUID organization)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(version.sql("delete from halted@ where organization = ?"))) {
      statement.setObject(1, organization);
      statement.executeUpdate();
    }
  }
}
