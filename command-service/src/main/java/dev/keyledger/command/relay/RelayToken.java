package dev.keyledger.command.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay has come in the ledger's table, whose index is handed out before a transaction
 * commits: everything up to {@code index} but for {@code gaps}, which may still be committed, and
 * for what is held.
 *
 * @param index highest that was relayed; -1 before the first
 * @param event the id of the event at that index, by which another ledger is told from this one;
 *     {@code null} before the first
 * @param gaps in ascending order, all below {@code index}
 * @param held organisations of which nothing from a position on was published
 */
record RelayToken(
    long index, @Nullable String event, List<Long> gaps, Map<String, HeldOrganization> held) {
  /** More than that are no matter of single organisations. */
  static final int MOST_HELD = 1_000;

  static final RelayToken START = new RelayToken(-1, null, List.of(), Map.of());

  /**
   * @param position the first that was not published
   * @param reason in words without any content of the event
   */
  record HeldOrganization(long position, String reason, Instant since) {
    private static final String BEING_READ = "its history is being read";

    /** One that is published again as soon as the relay knows its state. */
    static HeldOrganization whileItIsRead(long position, Instant since) {
      return new HeldOrganization(position, BEING_READ, since);
    }

    boolean onlyUntilItIsRead() {
      return reason.equals(BEING_READ);
    }
  }

  RelayToken {
    gaps = List.copyOf(gaps);
    // A token of before anything could be held names nothing.
    held = held == null ? Map.of() : Map.copyOf(held);
  }

  boolean covers(long other) {
    return other <= index && !gaps.contains(other);
  }

  /** Whether the event at that index was published. */
  boolean hasPublished(long other, String organization, long position) {
    HeldOrganization holding = held.get(organization);
    return covers(other) && (holding == null || position < holding.position());
  }

  /** Held for what no time mends. */
  Map<String, HeldOrganization> unpublishable() {
    var left = new TreeMap<>(held);
    left.values().removeIf(HeldOrganization::onlyUntilItIsRead);
    return left;
  }

  /** Whether it covers all that the other one does, as every later token does. */
  boolean coversAllOf(RelayToken other) {
    return index >= other.index
        && gaps.stream().allMatch(gap -> gap > other.index || other.gaps.contains(gap));
  }

  /**
   * The token after events were read: what was skipped on the way up has become a gap, what was
   * filled has not.
   *
   * @param read in ascending order of their indexes
   */
  RelayToken after(List<StoredEvent> read) {
    if (read.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    long highest = index;
    String newest = event;
    for (StoredEvent one : read) {
      if (one.index() <= highest) {
        open.remove(one.index());
      } else {
        for (long skipped = highest + 1; skipped < one.index(); skipped++) {
          open.add(skipped);
        }
        highest = one.index();
        newest = one.id();
      }
    }
    return new RelayToken(highest, newest, new ArrayList<>(open), held);
  }

  RelayToken without(Collection<Long> dead) {
    if (dead.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    open.removeAll(dead);
    return new RelayToken(index, event, new ArrayList<>(open), held);
  }

  /**
   * @throws PoisonException when too many are held for this to be a matter of theirs
   */
  RelayToken holding(String organization, HeldOrganization holding) {
    var more = new TreeMap<>(held);
    more.put(organization, holding);
    if (more.size() > MOST_HELD) {
      throw new PoisonException(
          "more than " + MOST_HELD + " organisations cannot be published: " + holding.reason());
    }
    return new RelayToken(index, event, gaps, more);
  }

  RelayToken releasing(String organization) {
    var fewer = new TreeMap<>(held);
    fewer.remove(organization);
    return new RelayToken(index, event, gaps, fewer);
  }
}
