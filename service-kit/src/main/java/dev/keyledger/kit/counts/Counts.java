package dev.keyledger.kit.counts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongConsumer;

/**
 * How often something happened, and when last, since the counts were last taken away; without a
 * lock. What did not happen between two takings is forgotten; a thread that meets its count in that
 * moment begins another. However much happens, no more than so much is told apart: what is new then
 * is lost, and said to be.
 *
 * @param <K> what is counted
 */
public final class Counts<K> {
  private static final long RETIRED = Long.MIN_VALUE / 2;

  private static final class Count {
    // Fields, not objects: within a minute there may be one for every key.
    private static final AtomicLongFieldUpdater<Count> NUMBER =
        AtomicLongFieldUpdater.newUpdater(Count.class, "number");
    private static final AtomicLongFieldUpdater<Count> LAST =
        AtomicLongFieldUpdater.newUpdater(Count.class, "last");

    private volatile long number;
    private volatile long last;

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
  private final int most;
  private final LongConsumer lost;

  /**
   * @param most that is told apart, give or take the threads that count at once
   * @param lost is told how often what happened that had no room
   */
  public Counts(int most, LongConsumer lost) {
    this.most = most;
    this.lost = lost;
  }

  /**
   * The same, where it has room already.
   *
   * @return whether it has
   */
  public boolean addKnown(K what, long more, long last) {
    Count count = counts.get(what);
    return count != null && count.add(more, last);
  }

  /**
   * @param last milliseconds since the epoch
   * @return whether there was room for it
   */
  public boolean add(K what, long more, long last) {
    while (true) {
      Count count = counts.get(what);
      if (count == null) {
        if (counts.mappingCount() >= most) {
          lost.accept(more);
          return false;
        }
        count = counts.computeIfAbsent(what, w -> new Count());
      }
      if (count.add(more, last)) {
        return true;
      }
      counts.remove(what, count);
    }
  }

  /** Everything counted since the last time. */
  public List<Counted<K>> take() {
    var taken = new ArrayList<Counted<K>>();
    counts.forEach((what, count) -> {
      long number = count.take();
      if (number > 0) {
        taken.add(new Counted<>(what, number, Instant.ofEpochMilli(count.last)));
      } else if (number == RETIRED) {
        counts.remove(what, count);
      }
    });
    return taken;
  }
}
