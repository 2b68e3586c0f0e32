package dev.keyledger.query.check;

import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.log.LogKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Compares the platform's log with itself: entries, leaves, nodes and what was signed of them. */
@Component
class PlatformLogCheck {
  private static final int PAGE = 1_000;

  private record HeadRow(long size, byte[] log, @Nullable String note, long nodes, long behind) {}

  private record EntryRow(long index, UUID organization, long size, String entry, byte[] leaf) {}

  private final Snapshots snapshots;
  private final LogKeys keys;

  PlatformLogCheck(Snapshots snapshots, LogKeys keys) {
    this.snapshots = snapshots;
    this.keys = keys;
  }

  void check(Pass pass) {
    HeadRow head = head();
    if (head.behind() > 0) {
      found(pass, Kind.ADDED, head.size(), "an entry stands behind the last");
    }
    var trees = new Trees(2);
    for (long from = 0; from < head.size(); from += PAGE) {
      long to = Math.min(from + PAGE, head.size());
      Map<Long, EntryRow> entries = entries(from, to);
      Map<List<Long>, Hash> nodes = nodes(from, to);
      for (long index = from; index < to; index++) {
        step(pass, trees, entries.get(index), index);
        trees.completed().forEach(node -> compare(pass, nodes, node));
      }
      pass.compared(to - from);
    }
    compareEnd(pass, head, trees);
  }

  private HeadRow head() {
    return snapshots
        .jdbc()
        .sql(
            "select size, log, note, (select count(*) from platform_log_nodes), (select count(*) from"
                + " platform_log l where l.index >= h.size or l.index < 0) from platform_log_head h")
        .query((row, n) ->
            new HeadRow(
                row.getLong(1), row.getBytes(2), row.getString(3), row.getLong(4), row.getLong(5)))
        .single();
  }

  private Map<Long, EntryRow> entries(long from, long to) {
    var entries = new HashMap<Long, EntryRow>();
    snapshots
        .jdbc()
        .sql(
            "select index, organization, size, entry, leaf from platform_log where index >= :from and"
                + " index < :to")
        .param("from", from)
        .param("to", to)
        .query(row -> {
          entries.put(
              row.getLong(1),
              new EntryRow(
                  row.getLong(1),
                  row.getObject(2, UUID.class),
                  row.getLong(3),
                  row.getString(4),
                  row.getBytes(5)));
        });
    return entries;
  }

  private Map<List<Long>, Hash> nodes(long from, long to) {
    var nodes = new HashMap<List<Long>, Hash>();
    snapshots
        .jdbc()
        .sql(
            "select level, index, hash from platform_log_nodes where (index + 1) << cast(8 * level as"
                + " integer) > :from and (index + 1) << cast(8 * level as integer) <= :to")
        .param("from", from)
        .param("to", to)
        .query(row -> {
          nodes.put(
              List.of(row.getLong(1), row.getLong(2)), OrganizationCheck.stored(row.getBytes(3)));
        });
    return nodes;
  }

  private void step(Pass pass, Trees trees, @Nullable EntryRow entry, long index) {
    if (entry == null) {
      found(pass, Kind.MISSING, index, "an entry of the platform's log is missing");
      trees.append(List.of(Hash.OF_NOTHING, Hash.OF_NOTHING));
      return;
    }
    Hash due = Hash.ofLeaf(entry.entry().getBytes(StandardCharsets.UTF_8));
    Hash stored = OrganizationCheck.stored(entry.leaf());
    if (!due.equals(stored) || !isOf(entry)) {
      found(pass, Kind.CHANGED, index, "an entry of the platform's log isn't what was entered");
    }
    trees.append(List.of(due, stored));
  }

  private boolean isOf(EntryRow entry) {
    try {
      Checkpoint checkpoint = Checkpoint.parse(entry.entry());
      return checkpoint.size() == entry.size()
          && checkpoint.origin().endsWith("/v1/organizations/org_" + entry.organization() + "/log");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void compare(Pass pass, Map<List<Long>, Hash> nodes, Trees.Node node) {
    Hash found = nodes.get(List.of((long) node.level(), node.index()));
    if (found == null || !node.roots().contains(found)) {
      found(
          pass,
          found == null ? Kind.MISSING : Kind.CHANGED,
          node.index() << (Tile.HEIGHT * node.level()),
          "a node over the platform's log from here on isn't the hash of what is below it");
    }
  }

  private void compareEnd(Pass pass, HeadRow head, Trees trees) {
    List<byte[]> frontiers = trees.logs().stream().map(Frontier::toBytes).toList();
    long last = head.size() - 1;
    if (frontiers.stream().noneMatch(one -> Arrays.equals(one, head.log()))) {
      found(pass, Kind.CHANGED, last, "the frontier of the platform's log isn't its tree's");
    }
    if (head.nodes() > SizeOfTree.nodes(head.size())) {
      found(pass, Kind.ADDED, last, "the platform's log has nodes too many");
    }
    if (head.size() > 0 && !isSigned(head, trees)) {
      found(pass, Kind.CHANGED, last, "the platform's log isn't the one that was signed");
    }
  }

  private boolean isSigned(HeadRow head, Trees trees) {
    try {
      SignedNote note = SignedNote.parse(String.valueOf(head.note()));
      Checkpoint checkpoint = Checkpoint.parse(note.text());
      String origin = keys.platform();
      return checkpoint.size() == head.size()
          && checkpoint.origin().equals(origin)
          && trees.roots().contains(checkpoint.root())
          && keys.verifierKeysOf(origin).stream()
              .anyMatch(key -> OrganizationStart.isSignedBy(note, key));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void found(Pass pass, Kind kind, long index, String what) {
    pass.found(Part.LOG, kind, null, index, what);
  }
}
