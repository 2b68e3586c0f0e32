package dev.keyledger.query.addresses;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The rows of hashes, within a transaction of who calls. */
final class AddressTable {
  /** Taken by all that add rows, and alone by what keeps that a person was erased. */
  private static final long LOCK = 0x6b6c_6164_6472L;

  private static final long SWEEPING = 0x6b6c_6164_6473L;

  /** Of so many people at once what was made is taken away. */
  static final int PEOPLE_SWEPT = 100;

  /**
   * @param hashes one for each level
   */
  record AddressRow(PersonId person, long position, long[] hashes) {}

  private AddressTable() {}

  /** The first position that isn't indexed. */
  static long next(Connection connection, OrganizationId organization) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select next_position from address_progress where organization = ?")) {
      statement.setObject(1, organization.uuid());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /**
   * Whoever moves an organisation on from a position is the only one to do so.
   *
   * @return whether it stood there
   */
  static boolean advance(Connection connection, OrganizationId organization, long from, long next)
      throws SQLException {
    try (PreparedStatement begin =
            connection.prepareStatement(
                "insert into address_progress values (?, 0) on conflict do nothing");
        PreparedStatement move =
            connection.prepareStatement(
                "update address_progress set next_position = ? where organization = ? and"
                    + " next_position = ?")) {
      if (from == 0) {
        begin.setObject(1, organization.uuid());
        begin.executeUpdate();
      }
      move.setLong(1, next);
      move.setObject(2, organization.uuid());
      move.setLong(3, from);
      return move.executeUpdate() == 1;
    }
  }

  /**
   * From here to its end the transaction adds rows, while no erasure is kept.
   *
   * @return who of these was erased
   */
  static Set<UUID> lockOutErasures(Connection connection, Collection<PersonId> people)
      throws SQLException {
    lock(connection, LOCK, "select pg_advisory_xact_lock_shared(?)");
    try (PreparedStatement statement =
        connection.prepareStatement("select person from address_erasures where person = any (?)")) {
      statement.setArray(1, uuids(connection, people));
      Set<UUID> erased = new HashSet<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          erased.add(rows.getObject(1, UUID.class));
        }
      }
      return erased;
    }
  }

  /** No row of theirs is added from now on. */
  static void erase(Connection connection, Collection<PersonId> people) throws SQLException {
    lock(connection, LOCK, "select pg_advisory_xact_lock(?)");
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into address_erasures select unnest(?::uuid[]) on conflict do nothing")) {
      statement.setArray(1, uuids(connection, people));
      statement.executeUpdate();
    }
  }

  /**
   * Deletes rows of who was erased, one replica at a time: of two that take the same rows the one
   * that waits deletes none of them. Each statement is of one person, so that no plan reads others'
   * rows.
   *
   * @return whether there are none left
   */
  static boolean sweep(Connection connection, int atMost) throws SQLException {
    sweepAlone(connection);
    List<Integer> erased = erased(connection);
    int left = atMost;
    for (int who : erased) {
      try (PreparedStatement rows =
              connection.prepareStatement(
                  "delete from event_addresses where ctid = any (array(select ctid from"
                      + " event_addresses where who = ? limit ?))");
          PreparedStatement person =
              connection.prepareStatement("delete from address_people where who = ?")) {
        rows.setInt(1, who);
        rows.setInt(2, left);
        left -= rows.executeUpdate();
        if (left <= 0) {
          return false;
        }
        // By it alone its rows are found: it goes last.
        person.setInt(1, who);
        person.executeUpdate();
      }
    }
    return erased.size() < PEOPLE_SWEPT;
  }

  private static List<Integer> erased(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select p.who from address_erasures e join address_people p using (person) limit ?")) {
      statement.setInt(1, PEOPLE_SWEPT);
      List<Integer> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getInt(1));
        }
      }
      return found;
    }
  }

  /** From here to its end the transaction is the only one that takes away what was made. */
  static void sweepAlone(Connection connection) throws SQLException {
    lock(connection, SWEEPING, "select pg_advisory_xact_lock(?)");
  }

  /** What is there already stays as it is. */
  static void add(Connection connection, OrganizationId organization, List<AddressRow> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Map<UUID, Integer> who =
        whoOf(connection, organization, rows.stream().map(AddressRow::person).distinct().toList());
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into event_addresses (who, position, network_1, network_2, network_3, address)"
                + " select * from unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bigint[],"
                + " ?::bigint[], ?::bigint[]) on conflict do nothing")) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "integer", rows.stream().map(row -> who.get(row.person().uuid())).toArray()));
      statement.setArray(
          2, connection.createArrayOf("bigint", rows.stream().map(AddressRow::position).toArray()));
      for (int level = 0; level < Networks.LEVELS; level++) {
        int l = level;
        statement.setArray(
            3 + level,
            connection.createArrayOf(
                "bigint", rows.stream().map(row -> row.hashes()[l]).toArray()));
      }
      statement.executeUpdate();
    }
  }

  private static Map<UUID, Integer> whoOf(
      Connection connection, OrganizationId organization, Collection<PersonId> people)
      throws SQLException {
    try (PreparedStatement add =
            connection.prepareStatement(
                "insert into address_people (organization, person) select ?, person from"
                    + " unnest(?::uuid[]) person where not exists (select from address_people p"
                    + " where p.organization = ? and p.person = person.person) on conflict do"
                    + " nothing");
        PreparedStatement find =
            connection.prepareStatement(
                "select person, who from address_people where organization = ? and person = any"
                    + " (?)")) {
      Array uuids = uuids(connection, people);
      add.setObject(1, organization.uuid());
      add.setArray(2, uuids);
      add.setObject(3, organization.uuid());
      add.executeUpdate();
      find.setObject(1, organization.uuid());
      find.setArray(2, uuids);
      return found(find);
    }
  }

  /**
   * Everybody of whom the organisation's history has an address, and who wasn't erased.
   *
   * @param atMost so many of them
   */
  static Map<UUID, Integer> everybody(
      Connection connection, OrganizationId organization, int atMost) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement(
            "select person, who from address_people p where organization = ? and not exists"
                + " (select from address_erasures e where e.person = p.person) limit ?")) {
      find.setObject(1, organization.uuid());
      find.setInt(2, atMost);
      return found(find);
    }
  }

  private static Map<UUID, Integer> found(PreparedStatement find) throws SQLException {
    Map<UUID, Integer> who = new HashMap<>();
    try (ResultSet rows = find.executeQuery()) {
      while (rows.next()) {
        who.put(rows.getObject(1, UUID.class), rows.getInt(2));
      }
    }
    return who;
  }

  private static void lock(Connection connection, long lock, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, lock);
      statement.execute();
    }
  }

  private static Array uuids(Connection connection, Collection<PersonId> people)
      throws SQLException {
    return connection.createArrayOf("uuid", people.stream().map(PersonId::uuid).toArray());
  }
}
