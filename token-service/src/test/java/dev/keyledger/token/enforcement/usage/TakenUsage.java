package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.counts.Counted;

/** What has been counted of a key since it was last taken. */
public record TakenUsage(long uses, long denials) {
  public static TakenUsage of(KeyId key, UsageCounter counter) {
    return new TakenUsage(
        counter.takeUses().stream()
            .filter(use -> use.what().keyId().equals(key))
            .mapToLong(Counted::count)
            .sum(),
        counter.takeDenials().stream()
            .filter(denial -> denial.what().keyId().equals(key))
            .mapToLong(Counted::count)
            .sum());
  }
}
