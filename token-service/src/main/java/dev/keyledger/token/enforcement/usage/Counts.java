package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How often something happened, and when last, since the counts were last taken away; without a
 * lock. What did not happen between two takings is forgotten; a thread that meets its count in that
 * moment begins another.
 *
 * @param <K> what is counted
 */
final class Counts<K> {
  private static final long RETIRED = Long.MIN_VALUE / 2;

  record Counted<K>(K what, OrganizationId organization, long count, Instant last) {}

  private static final class Count {
    // Fields, not objects: within a minute there may be one for every key.
    private static final AtomicLongFieldUpdater<Count> NUMBER =
        AtomicLongFieldUpdater.newUpdater(Count.class, "number");
    private static final AtomicLongFieldUpdater<Count> LAST =
        AtomicLongFieldUpdater.newUpdater(Count.class, "last");

    private final OrganizationId organization;
    private volatile long number;
    private volatile long last;

    Count(OrganizationId organization) {
      this.organization = organization;
    }

    /** False when it was retired meanwhile, so that this will never be taken. */
    boolean add(long more, long at) {
      // The instant first, so that the taking of the count takes it too.
      long known = last;
      while (at > known && !LAST.compareAndSet(this, known, at)) {
        known = last;
      }
      return NUMBER.addAndGet(this, more) > 0;
    }

    /** How often since the last time; 0 where it didn't happen, and then it is retired. */
    long take() {
      long taken = NUMBER.getAndUpdate(this, n -> n > 0 ? 0 : n);
      return taken == 0 && NUMBER.compareAndSet(this, 0, RETIRED) ? RETIRED : taken;
    }
  }

  private final ConcurrentHashMap<K, Count> counts = new ConcurrentHashMap<>();

  /**
   * @param last milliseconds since the epoch
   */
  void add(K what, OrganizationId organization, long more, long last) {
    while (true) {
      Count count = counts.get(what);
      if (count == null) {
        count = counts.computeIfAbsent(what, w -> new Count(organization));
      }
      if (count.add(more, last)) {
        return;
      }
      counts.remove(what, count);
    }
  }

  /** Everything counted since the last time. */
  List<Counted<K>> take() {
    var taken = new ArrayList<Counted<K>>();
    counts.forEach((what, count) -> {
      long number = count.take();
      if (number > 0) {
        taken.add(
            new Counted<>(what, count.organization, number, Instant.ofEpochMilli(count.last)));
      } else if (number == RETIRED) {
        counts.remove(what, count);
      }
    });
    return taken;
  }
}
