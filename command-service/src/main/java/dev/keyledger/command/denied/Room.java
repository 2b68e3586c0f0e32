package dev.keyledger.command.denied;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** So many places for each, and for so many, until it is cleared. */
final class Room<T> {
  private final ConcurrentHashMap<T, AtomicInteger> taken = new ConcurrentHashMap<>();
  private final int places;
  private final int most;

  Room(int places, int most) {
    this.places = places;
    this.most = most;
  }

  boolean take(T one) {
    AtomicInteger count = taken.get(one);
    if (count == null) {
      if (taken.mappingCount() >= most) {
        return false;
      }
      count = taken.computeIfAbsent(one, t -> new AtomicInteger());
    }
    return count.get() < places && count.incrementAndGet() <= places;
  }

  void clear() {
    taken.clear();
  }
}
