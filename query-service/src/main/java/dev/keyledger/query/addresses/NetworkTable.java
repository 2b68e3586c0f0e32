package dev.keyledger.query.addresses;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The hashes in activity's rows, within a transaction of who calls. */
final class NetworkTable {
  /**
   * A row whose network isn't hashed yet.
   *
   * @param person under whose key it is sealed; {@code null} where it is in clear
   */
  record ToldNetwork(OffsetDateTime at, UUID id, String network, @Nullable PersonId person) {
    @Nullable SealedText sealed() {
      return person == null ? null : new SealedText(person, network);
    }
  }

  /**
   * @param hashes {@code null} where there is none
   */
  record Hashed(ToldNetwork told, @Nullable Long[] hashes) {}

  private static final int STORING = 0x6e_6574;

  private NetworkTable() {}

  /**
   * Organisations of which there are such rows.
   *
   * @param behind the last one of the question before
   */
  static List<OrganizationId> unhashed(
      Connection connection, @Nullable OrganizationId behind, int atMost) throws SQLException {
    // One look into the index for each of them, however many rows it has.
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            with recursive o as (
              (select organization from activity
                where network is not null and network_hashed is null and organization > ?
                order by organization limit 1)
              union all
              select (select a.organization from activity a
                where a.network is not null and a.network_hashed is null and a.organization > o.organization
                order by a.organization limit 1)
              from o where o.organization is not null)
            select organization from o where organization is not null limit ?
            """)) {
      statement.setObject(1, behind == null ? new UUID(0, 0) : behind.uuid());
      statement.setInt(2, atMost);
      List<OrganizationId> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(OrganizationId.of(rows.getObject(1, UUID.class)));
        }
      }
      return found;
    }
  }

  static List<ToldNetwork> unhashedOf(
      Connection connection, OrganizationId organization, int atMost) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select at, id, network, network_person from activity where organization = ? and"
                + " network is not null and network_hashed is null order by at, id limit ?")) {
      statement.setObject(1, organization.uuid());
      statement.setInt(2, atMost);
      List<ToldNetwork> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID person = rows.getObject(4, UUID.class);
          found.add(
              new ToldNetwork(
                  rows.getObject(1, OffsetDateTime.class),
                  rows.getObject(2, UUID.class),
                  rows.getString(3),
                  person == null ? null : PersonId.of(person)));
        }
      }
      return found;
    }
  }

  /**
   * From here to its end the transaction is the only one that stores hashes of the organisation.
   *
   * @return whether it is: another may be at it
   */
  static boolean storeAlone(Connection connection, OrganizationId organization)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_xact_lock(?, hashtext(?))")) {
      statement.setInt(1, STORING);
      statement.setString(2, organization.value());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** What was hashed meanwhile stays as it is. */
  static void store(Connection connection, OrganizationId organization, List<Hashed> rows)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update activity set network_hashed = true, network_hash_1 = ?, network_hash_2 = ?,"
                + " network_hash_3 = ? where organization = ? and at = ? and id = ? and"
                + " network_hashed is null")) {
      for (Hashed row : rows) {
        for (int level = 0; level < Networks.LEVELS_TOLD; level++) {
          statement.setObject(1 + level, row.hashes()[level], Types.BIGINT);
        }
        statement.setObject(4, organization.uuid());
        statement.setObject(5, row.told().at());
        statement.setObject(6, row.told().id());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Of these there are hashes in the organisation, or soon. */
  static void addPeople(
      Connection connection, OrganizationId organization, Collection<PersonId> people)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into activity_people (organization, person) select ?, person from"
                + " unnest(?::uuid[]) person order by person on conflict do nothing")) {
      statement.setObject(1, organization.uuid());
      statement.setArray(2, uuids(connection, people));
      statement.executeUpdate();
    }
  }

  /**
   * @param atMost so many of them
   */
  static Set<UUID> everybody(Connection connection, OrganizationId organization, int atMost)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select person from activity_people where organization = ? limit ?")) {
      statement.setObject(1, organization.uuid());
      statement.setInt(2, atMost);
      Set<UUID> found = new HashSet<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getObject(1, UUID.class));
        }
      }
      return found;
    }
  }

  private record ErasedMember(OrganizationId organization, UUID person) {}

  /**
   * Takes hashes of who was erased away, one replica at a time. Each statement is of one person in
   * one organisation, so that no plan reads others' rows.
   *
   * @return whether there are none left
   */
  static boolean sweep(Connection connection, int atMost) throws SQLException {
    AddressTable.sweepAlone(connection);
    List<ErasedMember> erased = erased(connection);
    int left = atMost;
    for (ErasedMember one : erased) {
      left -= clear(connection, one, left);
      if (left <= 0) {
        return false;
      }
      // By it alone its rows are found: it goes last.
      try (PreparedStatement person =
          connection.prepareStatement(
              "delete from activity_people where organization = ? and person = ?")) {
        person.setObject(1, one.organization().uuid());
        person.setObject(2, one.person());
        person.executeUpdate();
      }
    }
    return erased.size() < AddressTable.PEOPLE_SWEPT;
  }

  private static List<ErasedMember> erased(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select p.organization, p.person from address_erasures e join activity_people p using"
                + " (person) limit ?")) {
      statement.setInt(1, AddressTable.PEOPLE_SWEPT);
      List<ErasedMember> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new ErasedMember(
                  OrganizationId.of(rows.getObject(1, UUID.class)), rows.getObject(2, UUID.class)));
        }
      }
      return found;
    }
  }

  private static int clear(Connection connection, ErasedMember one, int atMost)
      throws SQLException {
    try (PreparedStatement find =
            connection.prepareStatement(
                "select at, id from activity where organization = ? and network_person = ? and"
                    + " network_hash_1 is not null limit ?");
        PreparedStatement clear =
            connection.prepareStatement(
                "update activity set network_hash_1 = null, network_hash_2 = null, network_hash_3 ="
                    + " null where organization = ? and at = ? and id = ?")) {
      find.setObject(1, one.organization().uuid());
      find.setObject(2, one.person());
      find.setInt(3, atMost);
      int found = 0;
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          clear.setObject(1, one.organization().uuid());
          clear.setObject(2, rows.getObject(1, OffsetDateTime.class));
          clear.setObject(3, rows.getObject(2, UUID.class));
          clear.addBatch();
          found++;
        }
      }
      clear.executeBatch();
      return found;
    }
  }

  private static Array uuids(Connection connection, Collection<PersonId> people)
      throws SQLException {
    return connection.createArrayOf("uuid", people.stream().map(PersonId::uuid).toArray());
  }
}
