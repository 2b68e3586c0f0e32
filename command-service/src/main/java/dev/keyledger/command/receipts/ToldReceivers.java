package dev.keyledger.command.receipts;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.receipts.ToldReceiver.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Who was told of keys' ends by subscriptions, and has answered. Nothing is in force by that: it
 * says who knows, and whoever has no bound may go on as if they didn't.
 */
@Component
public final class ToldReceivers {
  private static final Duration SHOWN = Duration.ofHours(1);
  private static final int NEWEST = 10_000;

  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** For so long those of whom it isn't known whether they are told are waited for. */
  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(ToldReceivers.class);

  /** A key's last one. */
  public record End(OrganizationId organization, KeyId key) {}

  private final ReceiverTable table;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<End, Set<Semaphore>> waiting = new ConcurrentHashMap<>();
  private final WaitingAnswers room = new WaitingAnswers();
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

  @Autowired
  ToldReceivers(ReceiverTable table, Clock clock, MeterRegistry registry) {
    this(table, clock, registry, System::nanoTime);
  }

  ToldReceivers(ReceiverTable table, Clock clock, MeterRegistry registry, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.table = table;
    this.clock = clock;
    for (Channel channel : Channel.values()) {
      timers.put(
          channel,
          Timer.builder("keyledger.receipts.answered")
              .description(
                  "From the decision that ended a key to an answer, of receivers that answered")
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
          waiting
              .getOrDefault(new End(organization, one.key()), Set.of())
              .forEach(Semaphore::release);
          if (one.answeredAt() == null) {
            return;
          }
          // The clocks of two services may be apart.
          Duration took = Duration.between(one.decidedAt(), one.answeredAt());
          Objects.requireNonNull(timers.get(one.channel()))
              .record(took.isNegative() ? Duration.ZERO : took);
        });
  }

  /**
   * Of the key's last end, after waiting until none of those who take it now is pending any more.
   * Whoever waits has no connection meanwhile, and looks more and more rarely: what comes to
   * another replica is found that way, and what comes here tells them at once. Of an organisation
   * that has too many waiting, nobody more waits. What can't be read just now is as if it weren't
   * known.
   *
   * @param named who is told of it, whether that is known yet or not
   * @param takers who may be told of it
   * @param atMost whatever they answer
   */
  public List<ToldReceiver> await(
      End end, List<ToldReceiver> named, Set<SubscriptionId> takers, Duration atMost) {
    if (!atMost.isPositive() || !room.tryEnter(end.organization())) {
      return known(end, named);
    }
    var news = new Semaphore(0);
    waiting.compute(end, (one, all) -> with(all, news));
    try {
      return untilSettled(end, named, takers, atMost, news);
    } finally {
      waiting.compute(end, (one, all) -> without(all, news));
      room.leave(end.organization());
    }
  }

  private List<ToldReceiver> untilSettled(
      End end,
      List<ToldReceiver> named,
      Set<SubscriptionId> takers,
      Duration atMost,
      Semaphore news) {
    long began = nanoTime.getAsLong();
    long took = 0;
    Duration rest = FIRST_LOOK;
    List<ToldReceiver> known = known(end, named);
    try {
      while (took < atMost.toNanos() && isAwaited(known, named, takers, took)) {
        long left = atMost.toNanos() - took;
        if (news.tryAcquire(Math.min(left, rest.toNanos()), TimeUnit.NANOSECONDS)) {
          news.drainPermits();
        } else {
          rest = rest.multipliedBy(2);
          rest = rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
        }
        known = known(end, named);
        took = nanoTime.getAsLong() - began;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return known;
  }

  private static boolean isAwaited(
      List<ToldReceiver> known,
      List<ToldReceiver> named,
      Set<SubscriptionId> takers,
      long tookNanos) {
    boolean isPending =
        known.stream()
            .anyMatch(one ->
                one.status() == ToldReceiver.Status.PENDING && takers.contains(one.subscription()));
    // It is said of all together who is told: once it is of one, of the others as well.
    boolean isUnknown = takers.size() > named.size() && named.containsAll(known);
    return isPending || isUnknown && tookNanos < KNOWN_WITHIN.toNanos();
  }

  private static Set<Semaphore> with(@Nullable Set<Semaphore> all, Semaphore one) {
    Set<Semaphore> more = all == null ? ConcurrentHashMap.newKeySet() : all;
    more.add(one);
    return more;
  }

  private static @Nullable Set<Semaphore> without(@Nullable Set<Semaphore> all, Semaphore one) {
    if (all == null) {
      return null;
    }
    all.remove(one);
    return all.isEmpty() ? null : all;
  }

  /** Those of whom nothing is known yet come last. What was decided is never undone by this. */
  private List<ToldReceiver> known(End end, List<ToldReceiver> named) {
    Map<SubscriptionId, ToldReceiver> all = new LinkedHashMap<>();
    try {
      of(end.organization(), end.key()).forEach(one -> all.put(one.subscription(), one));
    } catch (DataAccessException e) {
      log.warn("who was told of a key's end can't be read: {}", e.getClass().getSimpleName());
    }
    named.forEach(one -> all.putIfAbsent(one.subscription(), one));
    return List.copyOf(all.values());
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
