package dev.keyledger.integration.tampering;

import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.testing.Cluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** What the superuser of PostgreSQL does to it, past every right and trigger. */
final class Tampering implements AutoCloseable {
  private final Connection connection;
  private final int generation;

  Tampering(Cluster cluster) throws SQLException {
    connection = cluster.servers().database().asSuperuser();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set session_replication_role = replica");
      try (ResultSet live =
          statement.executeQuery("select generation from query.generations where state = 'live'")) {
        live.next();
        generation = live.getInt(1);
      }
    }
  }

  /** {@code @} stands for the views' version. */
  void sql(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(versioned(sql));
    }
  }

  private String versioned(String sql) {
    return sql.replaceAll("(?<=\\w)@", "_g" + generation);
  }

  /** Keeps the ledger as it is, to be set back to. */
  void keepTheLedger() throws SQLException {
    sql("create table command.kept as select * from command.event");
  }

  void setTheLedgerBack() throws SQLException {
    sql("delete from command.event");
    sql("insert into command.event overriding system value select * from command.kept");
  }

  /** Leaves, nodes and frontier of the log come to fit what the views have now. */
  void fitTheLog(UUID organization) throws SQLException {
    sql("delete from query.log_nodes@ where organization = '" + organization + "'");
    var log = new Frontier[] {Frontier.EMPTY};
    try (PreparedStatement events =
            connection.prepareStatement(
                versioned(
                    "select position, record from query.events@ where organization = ? order by position"));
        PreparedStatement leaf =
            connection.prepareStatement(
                versioned(
                    "update query.events@ set leaf = ? where organization = ? and position = ?"));
        PreparedStatement node =
            connection.prepareStatement(
                versioned("insert into query.log_nodes@ values (?, ?, ?, ?)"))) {
      events.setObject(1, organization);
      try (ResultSet rows = events.executeQuery()) {
        while (rows.next()) {
          Hash hash = Hash.ofLeaf(CanonicalJson.of(rows.getBytes(2)));
          leaf.setBytes(1, hash.bytes());
          leaf.setObject(2, organization);
          leaf.setLong(3, rows.getLong(1));
          leaf.executeUpdate();
          log[0] =
              log[0].append(
                  hash, (height, index, root) -> keep(node, organization, height, index, root));
        }
      }
      node.executeBatch();
    }
    try (PreparedStatement frontier =
        connection.prepareStatement(
            versioned(
                "update query.positions@ set log = ?, position = ? where organization = ?"))) {
      frontier.setBytes(1, log[0].toBytes());
      frontier.setLong(2, log[0].size() - 1);
      frontier.setObject(3, organization);
      frontier.executeUpdate();
    }
  }

  private static void keep(
      PreparedStatement node, UUID organization, int height, long index, Hash root) {
    if (height % Tile.HEIGHT != 0) {
      return;
    }
    try {
      node.setObject(1, organization);
      node.setLong(2, height / Tile.HEIGHT);
      node.setLong(3, index);
      node.setBytes(4, root.bytes());
      node.addBatch();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] topicMarks() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select topics from command.relay_checkpoint")) {
      row.next();
      return row.getBytes(1);
    }
  }

  void setTopicMarks(byte[] marks) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("update command.relay_checkpoint set topics = ?")) {
      statement.setBytes(1, marks);
      statement.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
