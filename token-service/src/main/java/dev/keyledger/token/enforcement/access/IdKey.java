package dev.keyledger.token.enforcement.access;

import java.util.UUID;

/** A UUID as a map's key, which what it is the id of can be itself: there are many of them. */
class IdKey {
  private final long high;
  private final long low;

  IdKey(UUID id) {
    this.high = id.getMostSignificantBits();
    this.low = id.getLeastSignificantBits();
  }

  final UUID uuid() {
    return new UUID(high, low);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof IdKey that && high == that.high && low == that.low;
  }

  @Override
  public final int hashCode() {
    long mixed = high ^ low;
    return (int) (mixed ^ (mixed >>> 32));
  }
}
