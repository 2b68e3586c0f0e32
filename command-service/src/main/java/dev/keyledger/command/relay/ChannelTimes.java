package dev.keyledger.command.relay;

import static java.util.Objects.requireNonNull;

import dev.keyledger.kit.receipts.AppliedTimes;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipt.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** How long after the relay's commit what it published is applied, by channel. */
@Component
final class ChannelTimes implements AppliedTimes {
  private static final int NEWEST = 10_000;
  private static final long SHOWN = Duration.ofHours(1).toNanos();

  private final LongSupplier nanoTime;
  private final Map<Channel, Newest> channels = new EnumMap<>(Channel.class);

  /** Of one channel; a ring. Guarded by itself. */
  private static final class Newest {
    private final Timer timer;
    private final long[] nanos = new long[NEWEST];
    private final long[] addedAt = new long[NEWEST];
    private long count;

    Newest(Timer timer) {
      this.timer = timer;
    }

    synchronized void add(Duration took, long now) {
      timer.record(took);
      int place = (int) (count++ % NEWEST);
      nanos[place] = took.toNanos();
      addedAt[place] = now;
    }

    synchronized Times times(Channel channel, long now) {
      long[] sorted =
          IntStream.range(0, (int) Math.min(count, NEWEST))
              .filter(place -> now - addedAt[place] <= SHOWN)
              .mapToLong(place -> nanos[place])
              .sorted()
              .toArray();
      return new Times(channel, sorted.length, atRank(sorted, 50), atRank(sorted, 99));
    }

    /** By nearest rank. */
    private static @Nullable Double atRank(long[] sorted, int percent) {
      return sorted.length == 0
          ? null
          : sorted[(sorted.length * percent + 99) / 100 - 1] / 1_000 / 1_000.0;
    }
  }

  /**
   * @param count of the last hour's acknowledgements, the newest 10,000 at most
   * @param p50Ms milliseconds within which half of them came; {@code null} where there are none
   */
  record Times(Channel channel, int count, @Nullable Double p50Ms, @Nullable Double p99Ms) {}

  @Autowired
  ChannelTimes(MeterRegistry registry) {
    this(registry, System::nanoTime);
  }

  ChannelTimes(MeterRegistry registry, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Channel channel : Channel.values()) {
      channels.put(
          channel,
          new Newest(
              Timer.builder("keyledger.revocations.applied")
                  .description("From the relay's commit to the acknowledgement, as seen here")
                  .tag("channel", channel.name().toLowerCase(Locale.ROOT))
                  .publishPercentileHistogram()
                  .maximumExpectedValue(Duration.ofSeconds(60))
                  .register(registry)));
    }
  }

  @Override
  public void applied(Receipt.Channel channel, Duration after) {
    requireNonNull(channels.get(channel)).add(after, nanoTime.getAsLong());
  }

  List<Times> all() {
    long now = nanoTime.getAsLong();
    return channels.entrySet().stream()
        .map(one -> one.getValue().times(one.getKey(), now))
        .toList();
  }
}
