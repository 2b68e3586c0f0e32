package dev.keyledger.command.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells which gaps can no longer be filled. A transaction that took an index did so before a higher
 * one was seen, and none lives longer than the patience: a gap that was watched for so long, by
 * this process's monotonic clock, belongs to a transaction that was rolled back. No timestamp of an
 * event and no clock of another machine counts.
 */
final class GapWatch {
  private final long patience;
  private final LongSupplier nanoTime;
  private final Map<Long, Long> firstSeenAt = new HashMap<>();

  GapWatch(Duration patience, LongSupplier nanoTime) {
    this.patience = patience.toNanos();
    this.nanoTime = nanoTime;
  }

  /** To be called after the look at the ledger that showed these gaps. */
  void seen(List<Long> gaps) {
    firstSeenAt.keySet().retainAll(new HashSet<>(gaps));
    long now = nanoTime.getAsLong();
    gaps.forEach(gap -> firstSeenAt.putIfAbsent(gap, now));
  }

  /**
   * To be called before a look at the ledger: gaps that are dead if that look doesn't show them
   * filled.
   */
  List<Long> doomed() {
    long now = nanoTime.getAsLong();
    return firstSeenAt.entrySet().stream()
        .filter(entry -> now - entry.getValue() > patience)
        .map(Map.Entry::getKey)
        .toList();
  }
}
