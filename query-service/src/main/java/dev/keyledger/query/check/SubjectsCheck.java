package dev.keyledger.query.check;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.projection.fold.Fold;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import dev.keyledger.query.projection.fold.WorkingSet;
import dev.keyledger.query.projection.tables.EventColumns;
import dev.keyledger.query.versions.ViewVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether the rows of an organisation's members and keys are what their events make of them. */
final class SubjectsCheck {
  private static final int PAGE = 500;

  private record KeptEvent(LedgerEvent event, @Nullable String prior) {}

  private final Snapshots snapshots;
  private final Pass pass;
  private final ViewVersion version;
  private final UUID organization;
  private final List<Finding> found = new ArrayList<>();

  SubjectsCheck(Snapshots snapshots, Pass pass, ViewVersion version, UUID organization) {
    this.snapshots = snapshots;
    this.pass = pass;
    this.version = version;
    this.organization = organization;
  }

  /**
   * @param made that events say came to be
   */
  void mustBeThere(List<UUID> made) {
    if (made.isEmpty()) {
      return;
    }
    snapshots
        .jdbc()
        .sql(
            version.sql(
                """
                select e.position, e.type from events@ e
                where e.organization = :organization and e.subject in (:made) and e.type in ('key.created', 'member.added')
                  and not exists (select from keys@ where organization = e.organization and key = e.subject)
                  and not exists (select from members@ where organization = e.organization and member = e.subject)
                """))
        .param("organization", organization)
        .param("made", made)
        .query(row -> {
          pass.found(
              Part.VIEWS,
              Kind.MISSING,
              organization,
              row.getLong(1),
              "the row of what came to be here is gone");
        });
  }

  void check() {
    page("keys@", "key", this::compareKeys);
    page("members@", "member", this::compareMembers);
  }

  private interface Compared {
    void page(List<UUID> ids);
  }

  private void page(String table, String column, Compared compared) {
    UUID after = new UUID(0, 0);
    while (true) {
      UUID behind = after;
      List<UUID> ids =
          snapshots.in(() -> {
            List<UUID> page =
                snapshots
                    .jdbc()
                    .sql(
                        version.sql(
                            "select "
                                + column
                                + " from "
                                + table
                                + " where organization = :organization and "
                                + column
                                + " > :after order by "
                                + column
                                + " limit "
                                + PAGE))
                    .param("organization", organization)
                    .param("after", behind)
                    .query(UUID.class)
                    .list();
            if (!page.isEmpty()) {
              compared.page(page);
            }
            return page;
          });
      // Nothing can be written within the snapshot.
      found.forEach(one ->
          pass.found(one.part(), one.kind(), one.organization(), one.position(), one.what()));
      found.clear();
      if (ids.size() < PAGE) {
        return;
      }
      after = ids.getLast();
      pass.compared(0);
    }
  }

  private void compareKeys(List<UUID> ids) {
    Map<UUID, Long> last = new HashMap<>();
    WorkingSet set = fold(ids, last);
    var stored = snapshots.ofViews(version, organization, views -> views.keys(ids));
    stored.forEach(
        row -> compare(row.key(), row, set.keys.find(new Ref(organization, row.key())), last));
  }

  private void compareMembers(List<UUID> ids) {
    Map<UUID, Long> last = new HashMap<>();
    WorkingSet set = fold(ids, last);
    var stored = snapshots.ofViews(version, organization, views -> views.members(ids));
    stored.forEach(row ->
        compare(row.member(), row, set.members.find(new Ref(organization, row.member())), last));
  }

  private void compare(UUID id, Object stored, @Nullable Object due, Map<UUID, Long> last) {
    if (!stored.equals(due)) {
      found(
          due == null ? Kind.ADDED : Kind.CHANGED,
          last.get(id),
          "the row of " + id + " isn't what its events make of it");
    }
  }

  // A record that can't be read, or doesn't follow, is found where the events are compared.
  private WorkingSet fold(List<UUID> ids, Map<UUID, Long> last) {
    var set = new WorkingSet();
    Set<UUID> broken = new HashSet<>();
    for (KeptEvent one : events(ids)) {
      UUID subject = subject(one.event());
      if (subject == null || broken.contains(subject)) {
        continue;
      }
      last.put(subject, one.event().position());
      try {
        if (!Objects.equals(Fold.apply(one.event(), organization, set), one.prior())) {
          found(
              Kind.CHANGED,
              one.event().position(),
              "what stands beside the event of the state before isn't what it was");
        }
      } catch (RuntimeException e) {
        broken.add(subject);
      }
    }
    return set;
  }

  private void found(Kind kind, @Nullable Long position, String what) {
    found.add(new Finding(Part.VIEWS, kind, organization, position, what));
  }

  private static @Nullable UUID subject(LedgerEvent event) {
    return EventColumns.of(event).subject();
  }

  private List<KeptEvent> events(List<UUID> subjects) {
    var events = new ArrayList<KeptEvent>();
    snapshots
        .jdbc()
        .sql(
            version.sql(
                "select record, prior from events@ where organization = :organization and subject"
                    + " in (:subjects) order by position"))
        .param("organization", organization)
        .param("subjects", subjects)
        .query(row -> {
          LedgerEvent event = read(row.getBytes(1));
          if (event != null) {
            events.add(new KeptEvent(event, row.getString(2)));
          }
        });
    return events;
  }

  private static @Nullable LedgerEvent read(byte[] record) {
    try {
      return EventCodec.decodeEvent(record);
    } catch (RuntimeException e) {
      return null;
    }
  }
}
