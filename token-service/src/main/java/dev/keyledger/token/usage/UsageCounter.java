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
 * Uses of secrets since they were last taken away, without a lock. What is counted into a table
 * while it is being taken is found there the next time.
 */
public final class UsageCounter {
  private record Used(UUID key, String secretPrefix) {}

  private static final class Count {
    private final OrganizationId organization;
    private final AtomicLong uses = new AtomicLong();
    private final LongAccumulator last = new LongAccumulator(Math::max, 0);

    Count(OrganizationId organization) {
      this.organization = organization;
    }
  }

  private volatile ConcurrentHashMap<Used, Count> current = new ConcurrentHashMap<>();
  private ConcurrentHashMap<Used, Count> before = new ConcurrentHashMap<>();

  /**
   * @param now milliseconds since the epoch
   */
  public void used(Accepted accepted, long now) {
    add(accepted.key().id(), accepted.key().organizationId(), accepted.secretPrefix(), 1, now);
  }

  private void add(
      KeyId key, OrganizationId organization, String secretPrefix, long uses, long last) {
    ConcurrentHashMap<Used, Count> table = current;
    var used = new Used(key.uuid(), secretPrefix);
    Count count = table.get(used);
    if (count == null) {
      count = table.computeIfAbsent(used, u -> new Count(organization));
    }
    // The instant first, so that whoever takes the count takes it too.
    count.last.accumulate(last);
    count.uses.addAndGet(uses);
  }

  /** Everything counted since the last time, and what came too late for that. */
  synchronized List<Usage> take(String instance) {
    var taken = new ArrayList<Usage>();
    ConcurrentHashMap<Used, Count> full = current;
    current = new ConcurrentHashMap<>();
    collect(before, instance, taken);
    collect(full, instance, taken);
    before = full;
    return taken;
  }

  private static void collect(
      ConcurrentHashMap<Used, Count> table, String instance, List<Usage> taken) {
    table.forEach((used, count) -> {
      long uses = count.uses.getAndSet(0);
      if (uses > 0) {
        taken.add(
            new Usage(
                count.organization,
                KeyId.of(used.key()),
                used.secretPrefix(),
                uses,
                Instant.ofEpochMilli(count.last.get()),
                instance));
      }
    });
  }

  /** Counts again what could not be published. */
  void giveBack(Usage usage) {
    add(
        usage.key(),
        usage.organization(),
        usage.secretPrefix(),
        usage.count(),
        usage.lastUsedAt().toEpochMilli());
  }
}
