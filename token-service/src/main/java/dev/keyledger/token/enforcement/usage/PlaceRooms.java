package dev.keyledger.token.enforcement.usage;

import dev.keyledger.kit.counts.Counted;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many addresses of one key are told apart at once, how many networks beyond them, and how many
 * of both of one organisation, so that none of them takes the room of the others. The bounds hold
 * give or take the threads that count at once.
 */
final class PlaceRooms {
  private static final int OF_A_KEY = 64;
  private static final int NETWORKS_OF_A_KEY = 1_000;
  private static final int OF_AN_ORGANIZATION = UsageCounter.MOST_PLACES / 10;

  private record NetworksOf(UUID key) {}

  private volatile ConcurrentHashMap<Object, AtomicInteger> entered = new ConcurrentHashMap<>();

  /**
   * @param used that has no room yet
   * @return whether it has one now
   */
  boolean enter(Used used) {
    AtomicInteger ofKey = entered(ofKey(used));
    AtomicInteger ofOrganization = entered(used.organization());
    int most = used.isOfNetwork() ? NETWORKS_OF_A_KEY : OF_A_KEY;
    if (ofKey.get() >= most || ofOrganization.get() >= OF_AN_ORGANIZATION) {
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
      kept.computeIfAbsent(ofKey(place.what()), k -> new AtomicInteger()).incrementAndGet();
      kept.computeIfAbsent(place.what().organization(), o -> new AtomicInteger()).incrementAndGet();
    }
    entered = kept;
  }

  private static Object ofKey(Used used) {
    return used.isOfNetwork() ? new NetworksOf(used.key()) : used.key();
  }

  private AtomicInteger entered(Object whose) {
    return entered.computeIfAbsent(whose, w -> new AtomicInteger());
  }
}
