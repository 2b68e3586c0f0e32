package dev.keyledger.token.enforcement.usage;

import dev.keyledger.kit.counts.Counted;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many addresses of one key and of one organisation are told apart at once, so that none of
 * them takes the room of the others. The bounds hold give or take the threads that count at once.
 */
final class PlaceRooms {
  private static final int OF_A_KEY = 64;
  private static final int OF_AN_ORGANIZATION = UsageCounter.MOST_PLACES / 10;

  private volatile ConcurrentHashMap<Object, AtomicInteger> entered = new ConcurrentHashMap<>();

  /**
   * @param used that has no room yet
   * @return whether it has one now
   */
  boolean enter(Used used) {
    AtomicInteger ofKey = entered(used.key());
    AtomicInteger ofOrganization = entered(used.organization());
    if (ofKey.get() >= OF_A_KEY || ofOrganization.get() >= OF_AN_ORGANIZATION) {
      return false;
    }
    ofKey.incrementAndGet();
    ofOrganization.incrementAndGet();
    return true;
  }

  /** Those that aren't among these were forgotten. */
  void keepOnly(List<Counted<Used>> places) {
    var kept = new ConcurrentHashMap<Object, AtomicInteger>();
    for (Counted<Used> place : places) {
      kept.computeIfAbsent(place.what().key(), k -> new AtomicInteger()).incrementAndGet();
      kept.computeIfAbsent(place.what().organization(), o -> new AtomicInteger()).incrementAndGet();
    }
    entered = kept;
  }

  private AtomicInteger entered(Object whose) {
    return entered.computeIfAbsent(whose, w -> new AtomicInteger());
  }
}
