package dev.keyledger.delivery.followers;

import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.feed.Revocation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * At which places of the topic the positions of the last minutes stand: who goes on behind a place
 * has applied what stands before it. No receipt waits for what is older. Guarded by itself.
 */
final class AppliedPositions {
  /** Longer than any follower relies on what it was told. */
  private static final long KEPT = Duration.ofMinutes(2).toNanos();

  private record At(String stream, @Nullable String organization, long position, long since) {}

  private final Supplier<String> epoch;
  private final LongSupplier nanoTime;
  private final Map<Integer, TreeMap<Long, At>> byPartition = new HashMap<>();

  /**
   * @param epoch of the feed: it changes before this is cleared, and places of another mean nothing
   */
  AppliedPositions(Supplier<String> epoch, LongSupplier nanoTime) {
    this.epoch = epoch;
    this.nanoTime = nanoTime;
  }

  synchronized void clear() {
    byPartition.clear();
  }

  synchronized void note(int partition, long offset, Revocation revocation) {
    long now = nanoTime.getAsLong();
    TreeMap<Long, At> all = byPartition.computeIfAbsent(partition, number -> new TreeMap<>());
    while (!all.isEmpty() && now - all.firstEntry().getValue().since > KEPT) {
      all.pollFirstEntry();
    }
    var whose = Revocation.organizationOf(revocation.stream());
    all.put(offset, new At(revocation.stream(), whose, revocation.position(), now));
  }

  /**
   * The highest position of each stream of the scope before a place.
   *
   * @param from what was before that place is known to be applied; {@code null} for nothing
   */
  synchronized Map<String, Long> before(
      FeedScope scope, @Nullable FeedCursor from, FeedCursor place) {
    var highest = new HashMap<String, Long>();
    if (!place.epoch().equals(epoch.get())) {
      return highest;
    }
    for (int partition : scope.partitions()) {
      TreeMap<Long, At> all = byPartition.get(partition);
      long first = from == null ? 0 : from.at(partition);
      long end = place.at(partition);
      if (all == null || end <= first) {
        continue;
      }
      for (At one : all.subMap(first, end).values()) {
        if (concerns(scope, one)) {
          highest.merge(one.stream, one.position, Math::max);
        }
      }
    }
    return highest;
  }

  private static boolean concerns(FeedScope scope, At one) {
    return switch (scope) {
      case FeedScope.All all -> true;
      case FeedScope.Of of -> of.organization().value().equals(one.organization);
    };
  }
}
