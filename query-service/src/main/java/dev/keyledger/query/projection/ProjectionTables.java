package dev.keyledger.query.projection;

import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.query.projection.Reading.Readable;
import dev.keyledger.query.projection.ViewRows.Ref;
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
final class ProjectionTables {
  /** An event with what history remembers beside it. */
  record HistoryRow(Readable reading, @Nullable String prior) {}

  private ProjectionTables() {}

  static WorkingSet load(Connection connection, Generation generation, List<Reading> readings)
      throws SQLException {
    Set<UUID> organizations = new LinkedHashSet<>();
    Set<UUID> standings = new LinkedHashSet<>();
    Set<Ref> members = new LinkedHashSet<>();
    Set<Ref> keys = new LinkedHashSet<>();
    for (Reading reading : readings) {
      organizations.add(reading.organization());
      if (reading instanceof Readable readable) {
        switch (readable.event().event()) {
          case StandingEvent e -> standings.add(reading.organization());
          case MemberAdded e -> {}
          case MemberEvent e -> members.add(new Ref(reading.organization(), e.member().uuid()));
          case KeyCreated e -> {}
          case KeyEvent e -> keys.add(new Ref(reading.organization(), e.key().uuid()));
        }
      }
    }
    var set = new WorkingSet();
    for (var row : ViewTables.POSITIONS.load(connection, generation, organizations)) {
      set.positions.load(row.getKey(), row.getValue());
    }
    for (var row : ViewTables.ORGANIZATIONS.load(connection, generation, standings)) {
      set.organizations.load(row.organization(), row);
    }
    for (var row : ViewTables.POLICIES.load(connection, generation, standings)) {
      set.policies.load(row.organization(), row);
    }
    for (var row :
        ViewTables.MEMBERS.load(connection, generation, organizationsOf(members), idsOf(members))) {
      set.members.load(new Ref(row.organization(), row.member()), row);
    }
    for (var row :
        ViewTables.KEYS.load(connection, generation, organizationsOf(keys), idsOf(keys))) {
      set.keys.load(new Ref(row.organization(), row.key()), row);
    }
    return set;
  }

  static void write(
      Connection connection, Generation generation, WorkingSet set, List<HistoryRow> history)
      throws SQLException {
    ViewTables.ORGANIZATIONS.upsert(connection, generation, set.organizations.changed());
    ViewTables.POLICIES.upsert(connection, generation, set.policies.changed());
    ViewTables.MEMBERS.upsert(connection, generation, set.members.changed());
    ViewTables.KEYS.upsert(connection, generation, set.keys.changed());
    ViewTables.POSITIONS.upsert(connection, generation, set.positions.changedEntries());
    if (!history.isEmpty()) {
      writeHistory(connection, generation, history);
    }
  }

  private static void writeHistory(
      Connection connection, Generation generation, List<HistoryRow> history) throws SQLException {
    var copy = new BinaryCopy();
    for (HistoryRow row : history) {
      LedgerEvent event = row.reading().event();
      copy.row(8)
          .uuid(row.reading().organization())
          .bigint(event.position())
          .timestamp(event.event().at())
          .text(EventTypes.nameOf(event.event()))
          .uuid(subject(event))
          .uuid(event.actor().member() == null ? null : event.actor().member().uuid())
          .text(row.prior())
          .bytes(row.reading().record());
    }
    copy.send(
        connection,
        generation.sql(
            "copy events@ (organization, position, at, type, subject, actor, prior, record)"
                + " from stdin (format binary)"));
  }

  private static @Nullable UUID subject(LedgerEvent event) {
    return switch (event.event()) {
      case KeyEvent e -> e.key().uuid();
      case MemberEvent e -> e.member().uuid();
      case StandingEvent e -> null;
    };
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
