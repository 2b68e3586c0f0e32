package dev.keyledger.kit.web.bounds;

import java.util.HashMap;
import java.util.Map;

/**
 * A bounded stock that no holder can exhaust: each may have as much as nobody has (dynamic
 * thresholds, Choudhury and Hahne 1998). A lone holder gets half, two a third each, and whoever
 * comes next finds as much as each of them has.
 *
 * @param <K> who holds: a network, a credential, an organisation
 */
public final class FairShare<K> {
  private final long capacity;
  private final Map<K, Long> held = new HashMap<>();
  private long taken;

  /**
   * @param capacity in whatever unit it is taken in
   */
  public FairShare(long capacity) {
    if (capacity < 2) {
      throw new IllegalArgumentException("nothing to share in " + capacity);
    }
    this.capacity = capacity;
  }

  /** Whether the holder got it; if so, it has to be given back. */
  public synchronized boolean tryTake(K holder, long amount) {
    return wouldGet(holder, amount) && take(holder, amount);
  }

  /** For a holder that stands for many others and shares among them itself: up to all there is. */
  public synchronized boolean tryTakeOfAll(K holder, long amount) {
    return amount <= capacity - taken && take(holder, amount);
  }

  synchronized boolean wouldGet(K holder, long amount) {
    return held.getOrDefault(holder, 0L) + amount <= capacity - taken;
  }

  private boolean take(K holder, long amount) {
    held.merge(holder, amount, Long::sum);
    taken += amount;
    return true;
  }

  public synchronized void giveBack(K holder, long amount) {
    if (amount == 0) {
      return;
    }
    long left = held.getOrDefault(holder, 0L) - amount;
    if (left < 0) {
      throw new IllegalStateException("more given back than was taken");
    }
    if (left == 0) {
      held.remove(holder);
    } else {
      held.put(holder, left);
    }
    taken -= amount;
  }

  public synchronized long taken() {
    return taken;
  }
}
