package dev.keyledger.command.relay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * How far the relay has come in the ledger's table, whose index is handed out before a transaction
 * commits: everything up to {@code index} but for {@code gaps}, which may still be committed.
 *
 * @param index highest that was relayed; -1 before the first
 * @param gaps in ascending order, all below {@code index}
 */
record RelayToken(long index, List<Long> gaps) {
  static final RelayToken START = new RelayToken(-1, List.of());

  RelayToken {
    gaps = List.copyOf(gaps);
  }

  boolean covers(long other) {
    return other <= index && !gaps.contains(other);
  }

  /**
   * The token after events were read: what was skipped on the way up has become a gap, what was
   * filled has not.
   *
   * @param read indexes in ascending order
   */
  RelayToken after(Collection<Long> read) {
    if (read.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    long highest = index;
    for (long one : read) {
      if (one <= highest) {
        open.remove(one);
      } else {
        for (long skipped = highest + 1; skipped < one; skipped++) {
          open.add(skipped);
        }
        highest = one;
      }
    }
    return new RelayToken(highest, new ArrayList<>(open));
  }

  RelayToken without(Collection<Long> dead) {
    if (dead.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    open.removeAll(dead);
    return new RelayToken(index, new ArrayList<>(open));
  }
}
