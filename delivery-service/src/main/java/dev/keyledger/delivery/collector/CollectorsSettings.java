package dev.keyledger.delivery.collector;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param batchEvents of history that are read, and sent at most, at once, 1 to 500
 * @param batchBytes of them at most, where it is more than one, 16 KB to 512 KB
 * @param turns collectors that this replica sends to at once, 1 to 1,000; by default one per 8 MB
 *     of heap, 4 to 64
 * @param lease for how long a collector is left to the replica that sends to it, if that is not
 *     heard of any more; 30 s to 5 min
 * @param interval between two looks for what is due, 10 ms to 1 min
 */
@ConfigurationProperties("keyledger.collectors")
record CollectorsSettings(
    @DefaultValue("100") int batchEvents,
    @DefaultValue("524288") int batchBytes,
    @Nullable Integer turns,
    @DefaultValue("PT60S") Duration lease,
    @DefaultValue("PT0.5S") Duration interval) {
  private static final int HEAP_PER_TURN = 8 * 1024 * 1024;
  private static final int MOST_BYTES = 512 * 1024;

  CollectorsSettings {
    require(batchEvents >= 1 && batchEvents <= 500, "batch-events is 1 to 500");
    require(batchBytes >= 16 * 1024 && batchBytes <= MOST_BYTES, "batch-bytes is 16384 to 524288");
    require(turns == null || (turns >= 1 && turns <= 1_000), "turns is 1 to 1000");
    require(
        isWithin(lease, Duration.ofSeconds(30), Duration.ofMinutes(5)), "lease is 30 s to 5 min");
    require(
        isWithin(interval, Duration.ofMillis(10), Duration.ofMinutes(1)),
        "interval is 10 ms to 1 min");
  }

  int turnsAtOnce() {
    long byHeap = Runtime.getRuntime().maxMemory() / HEAP_PER_TURN;
    return turns != null ? turns : (int) Math.clamp(byHeap, 4, 64);
  }

  /** Of one organisation, so that no other waits for its receivers. */
  int turnsOfOne() {
    return Math.max(1, turnsAtOnce() / 4);
  }

  private static boolean isWithin(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("keyledger.collectors: " + rule);
    }
  }
}
