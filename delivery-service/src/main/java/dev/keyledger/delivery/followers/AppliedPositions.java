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
   * @param highest position of each stream of the scope
   * @param reached up to where they were noted: what stands behind may come yet
   */
  record Before(Map<String, Long> highest, FeedCursor reached) {}

  /**
   * What stands before a place.
   *
   * @param from what was before that place is known to be applied; {@code null} for nothing
   */
  synchronized Before before(FeedScope scope, @Nullable FeedCursor from, FeedCursor place) {
    var highest = new HashMap<String, Long>();
    var reached = new TreeMap<Integer, Long>();
    if (place.epoch().equals(epoch.get())) {
      for (int partition : scope.partitions()) {
        long first = from == null ? 0 : from.at(partition);
        TreeMap<Long, At> all = byPartition.getOrDefault(partition, new TreeMap<>());
        long end = all.isEmpty() ? first : Math.min(place.at(partition), all.lastKey() + 1);
        reached.put(partition, Math.max(first, end));
        if (end > first) {
          all.subMap(first, end).values().stream()
              .filter(one -> concerns(scope, one))
              .forEach(one -> highest.merge(one.stream, one.position, Math::max));
        }
      }
    }
    return new Before(highest, new FeedCursor(place.epoch(), reached));
  }

  private static boolean concerns(FeedScope scope, At one) {
    return switch (scope) {
      case FeedScope.All all -> true;
      case FeedScope.Of of -> of.organization().value().equals(one.organization);
    };
  }
}
