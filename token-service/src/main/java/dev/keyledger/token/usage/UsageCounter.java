package dev.keyledger.token.usage;

import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.token.decide.KeyVerdict.Accepted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Uses of secrets since they were last taken away, without a lock. A secret that nobody used
 * between two takings is forgotten; whoever meets its count in that moment begins another.
 */
public final class UsageCounter {
  private static final long RETIRED = Long.MIN_VALUE / 2;

  private record Used(UUID key, String secretPrefix) {}

  private static final class Count {
    private final OrganizationId organization;
    private final AtomicLong uses = new AtomicLong();
    private final LongAccumulator last = new LongAccumulator(Math::max, 0);

    Count(OrganizationId organization) {
      this.organization = organization;
    }

    /** False when it was retired meanwhile, so that nobody will ever take this. */
    boolean add(long more, long at) {
      // The instant first, so that whoever takes the count takes it too.
      last.accumulate(at);
      return uses.addAndGet(more) > 0;
    }
  }

  private final ConcurrentHashMap<Used, Count> counts = new ConcurrentHashMap<>();

  /**
   * @param now milliseconds since the epoch
   */
  public void used(Accepted accepted, long now) {
    add(
        new Used(accepted.key().uuid(), accepted.secretPrefix()),
        accepted.key().organizationId(),
        1,
        now);
  }

  private void add(Used used, OrganizationId organization, long uses, long last) {
    while (true) {
      Count count = counts.get(used);
      if (count == null) {
        count = counts.computeIfAbsent(used, u -> new Count(organization));
      }
      if (count.add(uses, last)) {
        return;
      }
      counts.remove(used, count);
    }
  }

  /** Everything counted since the last time. */
  List<Usage> take(String instance) {
    var taken = new ArrayList<Usage>();
    counts.forEach((used, count) -> {
      long uses = count.uses.getAndUpdate(n -> n > 0 ? 0 : n);
      if (uses > 0) {
        taken.add(
            new Usage(
                count.organization,
                KeyId.of(used.key()),
                used.secretPrefix(),
                uses,
                Instant.ofEpochMilli(count.last.get()),
                instance));
      } else if (count.uses.compareAndSet(0, RETIRED)) {
        counts.remove(used, count);
      }
    });
    return taken;
  }

  /** Counts again what could not be published. */
  void giveBack(Usage usage) {
    add(
        new Used(usage.key().uuid(), usage.secretPrefix()),
        usage.organization(),
        usage.count(),
        usage.lastUsedAt().toEpochMilli());
  }
}
