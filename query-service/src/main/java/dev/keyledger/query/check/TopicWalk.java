package dev.keyledger.query.check;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.versions.ViewVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The records of one partition, in their order, beside what the views have of them. */
final class TopicWalk {
  private static final Set<Part> OF_QUERY = Set.of(Part.VIEWS, Part.LOG);
  private static final int MOST_GAPS = 1_000;

  private record ToldEvent(UUID organization, long position, Hash leaf, String at) {}

  private record EventPlace(UUID organization, long position) {}

  private record KeptLeaf(Hash record, Hash leaf) {}

  private final Snapshots snapshots;
  private final Pass pass;
  private final ViewVersion version;
  private final Map<UUID, Long> last = new HashMap<>();
  private final Map<UUID, Long> expected = new HashMap<>();
  private final Set<UUID> halted = new HashSet<>();
  private final Map<UUID, TreeSet<Long>> gaps = new HashMap<>();
  private final List<ToldEvent> told = new ArrayList<>();

  TopicWalk(Snapshots snapshots, Pass pass, ViewVersion version) {
    this.snapshots = snapshots;
    this.pass = pass;
    this.version = version;
  }

  /** What the views have of this partition is to be found in it. */
  void expect(int partition) {
    snapshots
        .jdbc()
        .sql(version.sql("select organization, position from positions@"))
        .query(row -> {
          UUID organization = row.getObject(1, UUID.class);
          if (Topics.partitionOf(OrganizationId.of(organization)) == partition) {
            expected.put(organization, row.getLong(2));
          }
        });
    halted.addAll(
        snapshots
            .jdbc()
            .sql(version.sql("select organization from halted@"))
            .query(UUID.class)
            .list());
  }

  /**
   * @param at where the record stands, in words
   */
  void read(byte[] value, byte @Nullable [] key, String at) {
    LedgerEvent event;
    try {
      event = EventCodec.decodeEvent(value);
      String name = new String(key == null ? new byte[0] : key, StandardCharsets.UTF_8);
      if (!event.organization().value().equals(name)) {
        throw new IllegalArgumentException("of another organisation");
      }
    } catch (RuntimeException e) {
      pass.found(Part.TOPIC, Kind.CHANGED, null, null, "a record " + at + " can't be read");
      return;
    }
    UUID organization = event.organization().uuid();
    order(organization, event.position(), at);
    told.add(new ToldEvent(organization, event.position(), OrganizationCheck.leafOf(value), at));
  }

  private void order(UUID organization, long position, String at) {
    long before = last.getOrDefault(organization, -1L);
    if (position > before) {
      for (long gap = before + 1; gap < position && gap - before < MOST_GAPS; gap++) {
        gaps.computeIfAbsent(organization, id -> new TreeSet<>()).add(gap);
      }
      last.put(organization, position);
    } else if (gaps.getOrDefault(organization, new TreeSet<>()).remove(position)) {
      pass.found(
          Part.TOPIC,
          Kind.OUT_OF_ORDER,
          organization,
          position,
          "the record " + at + " stands too late");
    } else {
      pass.found(
          Part.TOPIC,
          Kind.ADDED,
          organization,
          position,
          "the record " + at + " is there once too often");
    }
  }

  /** Compares what was read since the last time. */
  void compare() {
    if (told.isEmpty()) {
      return;
    }
    Map<EventPlace, KeptLeaf> stored = stored();
    for (ToldEvent one : told) {
      KeptLeaf row = stored.get(new EventPlace(one.organization(), one.position()));
      if (row == null) {
        missing(one);
      } else if (!row.leaf().equals(one.leaf()) && !row.record().equals(one.leaf())) {
        changed(one);
      }
    }
    told.clear();
  }

  private void missing(ToldEvent one) {
    if (!halted.contains(one.organization())) {
      pass.found(
          Part.VIEWS,
          Kind.MISSING,
          one.organization(),
          one.position(),
          "the views have passed the event and don't have it");
    }
  }

  // Where the views have another event than ledger and signature it was found before.
  private void changed(ToldEvent one) {
    if (!pass.findings().isKnown(pass.number(), one.organization(), one.position(), OF_QUERY)) {
      pass.found(
          Part.TOPIC,
          Kind.CHANGED,
          one.organization(),
          one.position(),
          "the record " + one.at() + " isn't the event that was signed");
    }
  }

  private Map<EventPlace, KeptLeaf> stored() {
    var stored = new HashMap<EventPlace, KeptLeaf>();
    snapshots
        .jdbc()
        .sql(
            version.sql(
                """
                select e.organization, e.position, e.leaf,
                  case when e.leaf = w.leaf then null else e.record end
                from unnest(:organizations, :positions, :leaves) as w (organization, position, leaf)
                join events@ e on e.organization = w.organization and e.position = w.position
                """))
        .param("organizations", told.stream().map(ToldEvent::organization).toArray(UUID[]::new))
        .param("positions", told.stream().map(ToldEvent::position).toArray(Long[]::new))
        .param("leaves", told.stream().map(one -> one.leaf().bytes()).toArray(byte[][]::new))
        .query(row -> {
          byte[] record = row.getBytes(4);
          Hash leaf = OrganizationCheck.stored(row.getBytes(3));
          stored.put(
              new EventPlace(row.getObject(1, UUID.class), row.getLong(2)),
              new KeptLeaf(record == null ? leaf : OrganizationCheck.leafOf(record), leaf));
        });
    return stored;
  }

  /** The partition was read as far as the views have read it. */
  void end() {
    expected.forEach((organization, position) -> {
      long from = last.getOrDefault(organization, -1L) + 1;
      if (from <= position) {
        missing(organization, from);
      }
    });
    gaps.forEach((organization, positions) ->
        positions.forEach(position -> missing(organization, position)));
  }

  private void missing(UUID organization, long position) {
    pass.found(
        Part.TOPIC, Kind.MISSING, organization, position, "the topic doesn't have the event");
  }
}
