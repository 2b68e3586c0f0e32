package dev.keyledger.query.projection.tables;

import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.query.projection.fold.ViewRows.NodeRow;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import dev.keyledger.query.projection.fold.WorkingSet;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Loads what a batch needs and writes what it changed: a handful of statements, however many
 * events.
 */
public final class WorkingSetStore {
  /**
   * An event with what history keeps beside it.
   *
   * @param record the bytes that history keeps: never with a verifier
   */
  public record HistoryRow(LedgerEvent event, byte[] record, @Nullable String prior, Hash leaf) {}

  private WorkingSetStore() {}

  /**
   * @param organizations whose positions are needed
   * @param events whose subjects are needed, all of them of these organisations
   */
  public static WorkingSet load(
      Connection connection,
      ViewVersion version,
      Set<UUID> organizations,
      Collection<LedgerEvent> events)
      throws SQLException {
    Set<UUID> standings = new LinkedHashSet<>();
    Set<Ref> members = new LinkedHashSet<>();
    Set<Ref> keys = new LinkedHashSet<>();
    for (LedgerEvent event : events) {
      UUID organization = event.organization().uuid();
      switch (event.event()) {
        case StandingEvent e -> standings.add(organization);
        case MemberAdded e -> {}
        case MemberEvent e -> members.add(new Ref(organization, e.member().uuid()));
        case PersonEvent e -> {}
        case SubscriptionEvent e -> {}
        case KeyCreated e -> {}
        case KeyEvent e -> keys.add(new Ref(organization, e.key().uuid()));
      }
    }
    var set = new WorkingSet();
    for (var row : ViewTables.POSITIONS.load(connection, version, organizations)) {
      set.positions.load(row.organization(), row);
    }
    for (var row : ViewTables.ORGANIZATIONS.load(connection, version, standings)) {
      set.organizations.load(row.organization(), row);
    }
    for (var row : ViewTables.POLICIES.load(connection, version, standings)) {
      set.policies.load(row.organization(), row);
    }
    for (var row :
        ViewTables.MEMBERS.load(connection, version, organizationsOf(members), idsOf(members))) {
      set.members.load(new Ref(row.organization(), row.member()), row);
    }
    for (var row : ViewTables.KEYS.load(connection, version, organizationsOf(keys), idsOf(keys))) {
      set.keys.load(new Ref(row.organization(), row.key()), row);
    }
    return set;
  }

  public static void write(
      Connection connection, ViewVersion version, WorkingSet set, List<HistoryRow> history)
      throws SQLException {
    ViewTables.ORGANIZATIONS.upsert(connection, version, set.organizations.changed());
    ViewTables.POLICIES.upsert(connection, version, set.policies.changed());
    ViewTables.MEMBERS.upsert(connection, version, set.members.changed());
    ViewTables.KEYS.upsert(connection, version, set.keys.changed());
    ViewTables.POSITIONS.upsert(connection, version, set.positions.changed());
    if (!set.nodes.isEmpty()) {
      writeNodes(connection, version, set.nodes);
    }
    if (!history.isEmpty()) {
      writeHistory(connection, version, history);
    }
  }

  private static void writeHistory(
      Connection connection, ViewVersion version, List<HistoryRow> history) throws SQLException {
    SearchColumns search = SearchColumns.load(connection, version, history);
    try (var copy =
        new BinaryCopy(
            connection,
            version.sql(
                "copy events@ (actor_kind, session, request_id, words, disordered, organization,"
                    + " position, at, type, subject, actor, prior, record, leaf) from stdin (format"
                    + " binary)"))) {
      for (HistoryRow row : history) {
        LedgerEvent event = row.event();
        UUID organization = event.organization().uuid();
        EventColumns columns = EventColumns.of(event);
        copy.row(14)
            .text(columns.actorKind())
            .uuid(columns.session())
            .text(columns.requestId())
            .text(columns.words())
            .bool(search.isDisordered(organization, columns.at()))
            .uuid(organization)
            .bigint(event.position())
            .timestamp(columns.at())
            .text(columns.type())
            .uuid(columns.subject())
            .uuid(columns.actor())
            .text(row.prior())
            .bytes(row.record())
            .bytes(row.leaf().bytes());
      }
      copy.end();
    }
    search.store(connection, version);
  }

  private static void writeNodes(Connection connection, ViewVersion version, List<NodeRow> nodes)
      throws SQLException {
    try (var copy =
        new BinaryCopy(
            connection,
            version.sql(
                "copy log_nodes@ (organization, level, index, hash) from stdin (format binary)"))) {
      for (NodeRow node : nodes) {
        copy.row(4)
            .uuid(node.organization())
            .bigint(node.level())
            .bigint(node.index())
            .bytes(node.hash().bytes());
      }
      copy.end();
    }
  }

  private static List<UUID> organizationsOf(Collection<Ref> refs) {
    var ids = new ArrayList<UUID>(refs.size());
    refs.forEach(r -> ids.add(r.organization()));
    return ids;
  }

  private static List<UUID> idsOf(Collection<Ref> refs) {
    var ids = new ArrayList<UUID>(refs.size());
    refs.forEach(r -> ids.add(r.id()));
    return ids;
  }
}
