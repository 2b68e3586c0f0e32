package dev.keyledger.command.receipts;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.receipts.ToldReceiver.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who was told of keys' ends by subscriptions, and has answered. Nothing is in force by that: it
 * says who knows, and whoever has no bound may go on as if they didn't.
 */
@Component
public final class ToldReceivers {
  private static final Duration SHOWN = Duration.ofHours(1);
  private static final int NEWEST = 10_000;

  private final ReceiverTable table;
  private final Clock clock;
  private final Map<Channel, Timer> timers = new EnumMap<>(Channel.class);

  /**
   * @param position of the event by which a key ended
   */
  public record Told(long position, ToldReceiver receiver) {}

  /**
   * @param count of those told of the ends of before, the newest at most, that have answered
   * @param pending those of them that may yet
   * @param givenUp those of them that aren't tried any more
   * @param p50Ms milliseconds within which half of them did; {@code null} where there are none
   */
  public record Took(
      Channel channel,
      int count,
      int pending,
      int givenUp,
      @Nullable BigDecimal p50Ms,
      @Nullable BigDecimal p99Ms) {}

  ToldReceivers(ReceiverTable table, Clock clock, MeterRegistry registry) {
    this.table = table;
    this.clock = clock;
    for (Channel channel : Channel.values()) {
      timers.put(
          channel,
          Timer.builder("keyledger.receipts.answered")
              .description("From the decision that ended a key to a receiver's answer")
              .tag("channel", channel.name().toLowerCase(Locale.ROOT))
              .publishPercentileHistogram()
              .maximumExpectedValue(Duration.ofSeconds(120))
              .register(registry));
    }
  }

  /** Whichever replica decided that end; told twice it is the same. */
  public void told(OrganizationId organization, List<Told> told) {
    table
        .put(organization, told)
        .forEach(one -> {
          // The clocks of two services may be apart.
          Duration took = Duration.between(one.decidedAt(), one.answeredAt());
          Objects.requireNonNull(timers.get(one.channel()))
              .record(took.isNegative() ? Duration.ZERO : took);
        });
  }

  /** Of the key's last end. */
  public List<ToldReceiver> of(OrganizationId organization, KeyId key) {
    return table.of(organization, key);
  }

  /** By channel, whichever replica decided and heard. */
  public List<Took> ofTheLastHour() {
    Map<Channel, Took> known =
        table.since(clock.instant().minus(SHOWN), NEWEST).stream()
            .collect(Collectors.toMap(Took::channel, one -> one));
    return Arrays.stream(Channel.values())
        .map(one -> known.getOrDefault(one, new Took(one, 0, 0, 0, null, null)))
        .toList();
  }
}
