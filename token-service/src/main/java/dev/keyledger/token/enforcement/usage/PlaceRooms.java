package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many places of one kind are told apart at once, such as the addresses of a key, and how many
 * of all kinds of one organisation, so that none of them takes the room of the others. The bounds
 * hold give or take the threads that count at once.
 */
final class PlaceRooms {
  /** What takes a room. */
  interface Place {
    /** What it is one of, such as the addresses of a key. */
    Object room();

    /** How many have room there. */
    int most();

    OrganizationId organization();
  }

  private final int ofAnOrganization;
  private volatile ConcurrentHashMap<Object, AtomicInteger> entered = new ConcurrentHashMap<>();

  /**
   * @param most of all organisations, of which one has a tenth
   */
  PlaceRooms(int most) {
    this.ofAnOrganization = most / 10;
  }

  /**
   * @param place that has no room yet
   * @return whether it has one now
   */
  boolean enter(Place place) {
    AtomicInteger ofRoom = entered(place.room());
    AtomicInteger ofOrganization = entered(place.organization());
    if (ofRoom.get() >= place.most() || ofOrganization.get() >= ofAnOrganization) {
      return false;
    }
    ofRoom.incrementAndGet();
    ofOrganization.incrementAndGet();
    return true;
  }

  /** Those that aren't among these were forgotten. */
  void keepOnly(List<? extends Counted<? extends Place>> places) {
    var kept = new ConcurrentHashMap<Object, AtomicInteger>();
    for (Counted<? extends Place> place : places) {
      kept.computeIfAbsent(place.what().room(), k -> new AtomicInteger()).incrementAndGet();
      kept.computeIfAbsent(place.what().organization(), o -> new AtomicInteger()).incrementAndGet();
    }
    entered = kept;
  }

  private AtomicInteger entered(Object whose) {
    return entered.computeIfAbsent(whose, w -> new AtomicInteger());
  }
}
