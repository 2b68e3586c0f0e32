package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.util.SplittableRandom;
import java.util.UUID;

/** Ids of version 7 from a seed, so that two runs measure the same data. */
final class Ids {
  private static final long EPOCH_MILLIS = 1_780_000_000_000L;

  private final SplittableRandom random;
  private long made;

  Ids(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private UUID next() {
    long millis = EPOCH_MILLIS + made++;
    long high = (millis << 16) | 0x7000L | (random.nextLong() & 0xfff);
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  OrganizationId organization() {
    return OrganizationId.of(next());
  }

  PersonId person() {
    return PersonId.of(next());
  }

  MemberId member() {
    return MemberId.of(next());
  }

  KeyId key() {
    return KeyId.of(next());
  }

  EventId event() {
    return EventId.of(next());
  }

  UUID uuid() {
    return next();
  }

  /** Any number. */
  long random() {
    return random.nextLong();
  }

  byte[] bytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
