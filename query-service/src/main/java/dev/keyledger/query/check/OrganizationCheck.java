package dev.keyledger.query.check;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.log.LogKeys;
import dev.keyledger.query.projection.tables.EventColumns;
import dev.keyledger.query.versions.ViewVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares an organisation's events in the views with the ledger's and with the log's leaves, the
 * log's nodes with these, and everything with what was signed; and what stands beside the events
 * with what these say.
 */
@Component
class OrganizationCheck {
  private static final int PAGE = 1_000;
  private static final Kind CHANGED = Kind.CHANGED;

  /**
   * @param event {@code null} where the record can't be read
   */
  private record Row(
      long position,
      Hash record,
      Hash leaf,
      @Nullable LedgerEvent event,
      EventColumns columns,
      @Nullable String prior,
      boolean disordered) {}

  private final Snapshots snapshots;
  private final Ledger ledger;
  private final LogKeys keys;

  OrganizationCheck(Snapshots snapshots, Ledger ledger, LogKeys keys) {
    this.snapshots = snapshots;
    this.ledger = ledger;
    this.keys = keys;
  }

  void check(Pass pass, ViewVersion version, UUID organization) {
    Optional<OrganizationStart> found = OrganizationStart.of(snapshots, version, organization);
    if (found.isEmpty()) {
      pass.found(Part.VIEWS, Kind.MISSING, organization, 0L, "nothing says how far its views are");
      return;
    }
    OrganizationStart start = found.get();
    if (start.log() == null) {
      pass.hinder(Part.LOG, "the views with the log are still being built");
      return;
    }
    if (start.stray() != null) {
      pass.found(
          Part.VIEWS, Kind.ADDED, organization, start.stray(), "an event stands behind the last");
    }
    String origin = keys.of(OrganizationId.of(organization));
    Checkpoint signed = start.checkpoint(pass, organization, origin, keys.verifierKeysOf(origin));
    var walk = new Walk(pass, organization, signed);
    var standing = new StandingCheck(pass, organization, start);
    var subjects = new SubjectsCheck(snapshots, pass, version, organization);
    Instant latest = Instant.MIN;
    for (long from = 0; from < start.size(); from += PAGE) {
      long to = Math.min(from + PAGE, start.size());
      Map<Long, Row> rows = rows(version, organization, from, to);
      @Nullable Map<Long, Ledger.Leaf> leaves = leaves(pass, organization, from, to);
      Map<String, Long> places = places(rows);
      Map<Long, Checkpoint> entries = entries(organization, from, to);
      var nodes = new ArrayList<Trees.Node>();
      var made = new ArrayList<UUID>();
      for (long position = from; position < to; position++) {
        Row row = rows.get(position);
        step(walk, row, leaves, places, position);
        nodes.addAll(walk.trees().completed());
        if (entries.containsKey(position + 1)) {
          walk.entered(entries.get(position + 1), origin);
        }
        LedgerEvent event = row == null ? null : row.event();
        if (row != null && event != null && event.position() == position) {
          boolean disordered = row.columns().at().isBefore(latest);
          compareColumns(pass, organization, row, event, disordered);
          latest = row.columns().at().isAfter(latest) ? row.columns().at() : latest;
          standing.apply(event, row.prior());
          collect(made, event);
        }
      }
      compareNodes(pass, version, organization, nodes);
      subjects.mustBeThere(made);
      pass.compared(to - from);
    }
    walk.end();
    standing.end();
    subjects.check();
    compareEnd(pass, organization, start, walk, latest);
  }

  private Map<Long, Row> rows(ViewVersion version, UUID organization, long from, long to) {
    return snapshots
        .jdbc()
        .sql(
            version.sql(
                "select position, record, leaf, prior, disordered, "
                    + EventColumns.NAMES
                    + " from events@ where organization = :organization and position >= :from"
                    + " and position < :to order by position"))
        .param("organization", organization)
        .param("from", from)
        .param("to", to)
        .query((row, n) -> {
          byte[] record = row.getBytes(2);
          return new Row(
              row.getLong(1),
              leafOf(record),
              stored(row.getBytes(3)),
              read(record, organization),
              EventColumns.of(row, 6),
              row.getString(4),
              row.getBoolean(5));
        })
        .list()
        .stream()
        .collect(Collectors.toMap(Row::position, row -> row));
  }

  static Hash leafOf(byte[] record) {
    try {
      return Hash.ofLeaf(CanonicalJson.of(record));
    } catch (RuntimeException e) {
      // No JSON: what was published was.
      return Hash.ofLeaf(record);
    }
  }

  static Hash stored(byte @Nullable [] leaf) {
    return leaf == null || leaf.length != Hash.LENGTH ? Hash.OF_NOTHING : new Hash(leaf);
  }

  private static @Nullable LedgerEvent read(byte[] record, UUID organization) {
    try {
      LedgerEvent event = EventCodec.decodeEvent(record);
      return event.organization().uuid().equals(organization) ? event : null;
    } catch (RuntimeException e) {
      return null;
    }
  }

  // Without a ledger to ask, nothing is said of it.
  private @Nullable Map<Long, Ledger.Leaf> leaves(
      Pass pass, UUID organization, long from, long to) {
    if (pass.isHindered(Part.LEDGER)) {
      return null;
    }
    try {
      return ledger.leaves(organization, from, to).stream()
          .collect(Collectors.toMap(Ledger.Leaf::position, leaf -> leaf));
    } catch (Ledger.SilentException e) {
      pass.hinder(Part.LEDGER, Ledger.SILENT);
      return null;
    }
  }

  private static Map<String, Long> places(Map<Long, Row> rows) {
    var places = new HashMap<String, Long>();
    rows.forEach((position, row) -> {
      if (row.event() != null) {
        places.put(row.event().id().value(), position);
      }
    });
    return places;
  }

  private static void step(
      Walk walk,
      @Nullable Row row,
      @Nullable Map<Long, Ledger.Leaf> leaves,
      Map<String, Long> places,
      long position) {
    Hash record = row == null ? Hash.OF_NOTHING : row.record();
    Hash leaf = row == null ? Hash.OF_NOTHING : row.leaf();
    LedgerEvent event = row == null ? null : row.event();
    Kind ofViews =
        row == null
            ? Kind.MISSING
            : event != null && event.position() != position ? Kind.OUT_OF_ORDER : CHANGED;
    if (leaves == null) {
      walk.step(List.of(record, record, leaf), List.of(CHANGED, ofViews, CHANGED));
      return;
    }
    Ledger.Leaf committed = leaves.get(position);
    Long place = committed == null ? null : places.get(committed.id());
    Kind ofLedger =
        committed == null
            ? Kind.MISSING
            : place != null && place != position ? Kind.OUT_OF_ORDER : CHANGED;
    Hash ofCommitted = committed == null ? Hash.OF_NOTHING : committed.hash();
    walk.step(List.of(ofCommitted, record, leaf), List.of(ofLedger, ofViews, CHANGED));
  }

  private Map<Long, Checkpoint> entries(UUID organization, long from, long to) {
    var entries = new TreeMap<Long, Checkpoint>();
    snapshots
        .jdbc()
        .sql(
            "select size, entry from platform_log where organization = :organization and size >"
                + " :from and size <= :to")
        .param("organization", organization)
        .param("from", from)
        .param("to", to)
        .query(row -> {
          entries.put(row.getLong(1), parse(row.getString(2)));
        });
    return entries;
  }

  // One that can't be read is of nothing, and fits nowhere.
  private static Checkpoint parse(String entry) {
    try {
      return Checkpoint.parse(entry);
    } catch (IllegalArgumentException e) {
      return new Checkpoint("unreadable", 0, Hash.OF_NOTHING);
    }
  }

  private static void compareColumns(
      Pass pass, UUID organization, Row row, LedgerEvent event, boolean disordered) {
    if (!EventColumns.of(event).equals(row.columns()) || disordered != row.disordered()) {
      pass.found(
          Part.VIEWS,
          CHANGED,
          organization,
          row.position(),
          "what stands beside the event isn't what its record says");
    }
  }

  private static void collect(List<UUID> made, LedgerEvent event) {
    switch (event.event()) {
      case KeyCreated e -> made.add(e.key().uuid());
      case MemberAdded e -> made.add(e.member().uuid());
      default -> {}
    }
  }

  private void compareNodes(
      Pass pass, ViewVersion version, UUID organization, List<Trees.Node> expected) {
    if (expected.isEmpty()) {
      return;
    }
    var stored = new HashMap<List<Long>, Hash>();
    snapshots
        .jdbc()
        .sql(
            version.sql(
                "select level, index, hash from log_nodes@ where organization = :organization and"
                    + " (level, index) in (:wanted)"))
        .param("organization", organization)
        .param(
            "wanted",
            expected.stream().map(node -> new Object[] {node.level(), node.index()}).toList())
        .query(row -> {
          stored.put(List.of(row.getLong(1), row.getLong(2)), stored(row.getBytes(3)));
        });
    for (Trees.Node node : expected) {
      Hash found = stored.get(List.of((long) node.level(), node.index()));
      if (found == null || !node.roots().contains(found)) {
        pass.found(
            Part.LOG,
            found == null ? Kind.MISSING : CHANGED,
            organization,
            node.index() << (Tile.HEIGHT * node.level()),
            "a node of the tree over the events from here on isn't the hash of what is below it");
      }
    }
  }

  private static void compareEnd(
      Pass pass, UUID organization, OrganizationStart start, Walk walk, Instant latest) {
    byte[] log = start.log();
    boolean isFrontier =
        walk.trees().logs().stream()
            .map(Frontier::toBytes)
            .anyMatch(one -> Arrays.equals(one, log));
    if (!isFrontier) {
      pass.found(
          Part.LOG,
          CHANGED,
          organization,
          start.position(),
          "the tree's frontier isn't the tree's");
    }
    if (start.nodes() > SizeOfTree.nodes(start.size())) {
      pass.found(
          Part.LOG, Kind.ADDED, organization, start.position(), "the tree has nodes too many");
    }
    if (!latest.equals(start.latestAt())) {
      pass.found(
          Part.VIEWS,
          CHANGED,
          organization,
          start.position(),
          "the latest time of its events isn't theirs");
    }
  }
}
