package dev.keyledger.command.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells which gaps can no longer be filled. The transaction that took an index took the table's
 * lock before and keeps it until its event can be seen by all, so it is among those that hold the
 * lock after the gap was seen. Once none of those holds it any more, a look that still shows the
 * gap shows it for ever. No time that passes proves anything: a commit may wait for a standby for
 * hours.
 */
final class GapWatch {
  private final Supplier<Set<String>> openAppends;

  /** For each gap the transactions that may still fill it; {@code null} until asked for. */
  private final Map<Long, @Nullable Set<String>> suspects = new HashMap<>();

  /**
   * @param openAppends asks the database which transactions hold the lock
   */
  GapWatch(Supplier<Set<String>> openAppends) {
    this.openAppends = openAppends;
  }

  /** To be called after the look at the ledger that showed these gaps. */
  void seen(List<Long> gaps) {
    suspects.keySet().retainAll(new HashSet<>(gaps));
    gaps.forEach(gap -> suspects.putIfAbsent(gap, null));
  }

  /**
   * To be called before a look at the ledger: gaps that are dead if that look doesn't show them
   * filled.
   */
  List<Long> doomed() {
    if (suspects.isEmpty()) {
      return List.of();
    }
    Set<String> open = Set.copyOf(openAppends.get());
    var doomed = new ArrayList<Long>();
    suspects.replaceAll((gap, before) -> before == null ? open : stillOpen(before, open));
    suspects.forEach((gap, left) -> {
      if (left != null && left.isEmpty()) {
        doomed.add(gap);
      }
    });
    return doomed;
  }

  private static Set<String> stillOpen(Set<String> before, Set<String> open) {
    if (open.containsAll(before)) {
      return before;
    }
    var left = new HashSet<>(before);
    left.retainAll(open);
    return left;
  }
}
