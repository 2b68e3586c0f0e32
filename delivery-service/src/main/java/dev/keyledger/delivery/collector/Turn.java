package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.collector.CollectedHistory.Page;
import dev.keyledger.delivery.sending.Answer;
import dev.keyledger.delivery.sending.Backoff;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.kit.people.UnansweredException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one collector what history has behind what it took, a batch at a time and of both sources
 * by turns, until there is no more, one isn't taken, or it has had its share. One batch is in
 * memory. Only what was taken moves its position: a replica that dies in between leaves a batch to
 * be sent once more.
 */
final class Turn implements Runnable {
  /** After that it is behind those who wait. */
  private static final Duration SHARE = Duration.ofSeconds(10);

  /** The least and the most that a collector rests for which nothing is there. */
  private static final Duration SOON = Duration.ofMillis(250);

  /** While history isn't told, or there was no room to try. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** While what it is shown can't be opened here. */
  private static final Duration FIND_KEY = Duration.ofMinutes(1);

  /** Where a page of the usual size can't be told in time. */
  private static final int SMALL_PAGE = 10;

  /** Failures in a row from which on one event is sent at a time. */
  private static final int FEW = 3;

  /** What they all have in common. */
  record Means(
      TurnTable table,
      CollectedHistory history,
      BatchSender sender,
      Backoff backoff,
      CollectorMeters meters,
      CollectorsSettings settings,
      Clock clock,
      LongSupplier nanoTime) {}

  /** What became of a step. */
  private sealed interface Step {
    /** There may be more of that source. */
    record More() implements Step {}

    /** There is no more of it for now. */
    record Exhausted() implements Step {}

    /** Nothing can be done for so long. */
    record Rest(Instant until) implements Step {}

    Step MORE = new More();
    Step EXHAUSTED = new Exhausted();
  }

  private final SubscriptionKey key;
  private final UUID holder;
  private final Means means;
  private final BooleanSupplier stopping;
  private boolean isSmall;

  /**
   * @param holder by which the collector was claimed
   */
  Turn(SubscriptionKey key, UUID holder, Means means, BooleanSupplier stopping) {
    this.key = key;
    this.holder = holder;
    this.means = means;
    this.stopping = stopping;
  }

  @Override
  public void run() {
    Instant due = means.clock().instant().plus(RETRY);
    try {
      due = deliver();
    } finally {
      means.table().release(key, holder, due);
    }
  }

  /** When it is next to be looked at. */
  private Instant deliver() {
    long began = means.nanoTime().getAsLong();
    boolean isLedgerDone = false;
    boolean isActivityDone = false;
    Source source = Source.LEDGER;
    while (!isLedgerDone || !isActivityDone) {
      boolean isDone = source == Source.LEDGER ? isLedgerDone : isActivityDone;
      if (!isDone) {
        Optional<Collector> found = stopping.getAsBoolean() ? Optional.empty() : look();
        if (found.isEmpty() || means.nanoTime().getAsLong() - began >= SHARE.toNanos()) {
          return means.clock().instant();
        }
        switch (step(found.get(), source)) {
          case Step.More more -> {}
          case Step.Exhausted none -> {
            isLedgerDone |= source == Source.LEDGER;
            isActivityDone |= source == Source.ACTIVITY;
          }
          case Step.Rest rest -> {
            return rest.until();
          }
        }
      }
      source = source == Source.LEDGER ? Source.ACTIVITY : Source.LEDGER;
    }
    Instant now = means.clock().instant();
    return look().map(one -> now.plus(idle(one.newsAt(), now))).orElse(now);
  }

  private Optional<Collector> look() {
    return means.table().collector(key, holder, means.settings().lease());
  }

  /**
   * As long again as there was nothing: what history learns late is there soon, and who has been
   * quiet for long costs little.
   */
  static Duration idle(Instant newsAt, Instant now) {
    Duration quiet = Duration.between(newsAt, now);
    if (quiet.compareTo(SOON) < 0) {
      return SOON;
    }
    return quiet.compareTo(TurnTable.IDLE) > 0 ? TurnTable.IDLE : quiet;
  }

  private Step step(Collector collector, Source source) {
    Long taken = collector.taken(source);
    Page page;
    try {
      if (taken == null) {
        means.table().beginActivity(key, holder, means.history().end(key.organization(), source));
        return Step.MORE;
      }
      page = read(collector, source, taken);
    } catch (UnansweredException e) {
      return unread(collector, "history_unanswered");
    }
    if (!page.complete()) {
      // What was sent without what is personal couldn't be told from what has it.
      return unread(collector, "history_incomplete");
    }
    if (page.next() == taken + 1) {
      return Step.EXHAUSTED;
    }
    if (!page.items().isEmpty()) {
      Step refused = send(collector, source, page);
      if (refused != null) {
        return refused;
      }
    }
    boolean isKept =
        means
            .table()
            .took(
                key,
                holder,
                source,
                taken,
                page.next() - 1,
                page.items().size(),
                means.clock().instant());
    if (isKept) {
      means.meters().taken(page.items().size());
    }
    return page.next() > page.end() ? Step.EXHAUSTED : Step.MORE;
  }

  /** History can't be told: it says so, and is asked again within a minute. */
  private Step unread(Collector collector, String error) {
    Instant at = means.clock().instant();
    Duration pause = means.backoff().after(collector.failures() + 1);
    Instant until = at.plus(pause.compareTo(FIND_KEY) > 0 ? FIND_KEY : pause);
    means.table().failed(key, holder, collector.failures(), null, error, at, until);
    return new Step.Rest(until);
  }

  /**
   * Whoever takes no batch may take a part of it: one event that it never takes holds few others.
   */
  private int limit(Collector collector) {
    int usual = means.settings().batchEvents();
    if (collector.failures() == 0) {
      return usual;
    }
    return collector.failures() < FEW ? Math.min(SMALL_PAGE, usual) : 1;
  }

  private Page read(Collector collector, Source source, long taken) {
    int limit = limit(collector);
    if (!isSmall) {
      try {
        return read(collector, source, taken, limit);
      } catch (UnansweredException e) {
        isSmall = true;
      }
    }
    return read(collector, source, taken, Math.min(SMALL_PAGE, limit));
  }

  private Page read(Collector collector, Source source, long taken, int limit) {
    return means
        .history()
        .from(
            key.organization(),
            source,
            taken + 1,
            limit,
            means.settings().batchBytes(),
            collector.state().events());
  }

  /**
   * @return {@code null} where it was taken
   */
  private @Nullable Step send(Collector collector, Source source, Page page) {
    Answer answer = means.sender().send(collector, source, page.items());
    means.meters().count(answer);
    Instant at = means.clock().instant();
    if (answer.isDelivered()) {
      return null;
    }
    if (answer.isOverloaded()) {
      return new Step.Rest(at.plus(RETRY));
    }
    Instant until =
        at.plus(
            answer.isUnsigned() ? FIND_KEY : rest(collector.failures() + 1, retryAfter(answer)));
    Integer status = answer instanceof Answer.Status one ? one.status() : null;
    String error =
        switch (answer) {
          case Answer.Status one -> one.err();
          case Answer.None none -> none.failure().code();
        };
    means.table().failed(key, holder, collector.failures(), status, error, at, until);
    if (answer.isGone()) {
      means.table().gone(collector, holder);
    }
    return new Step.Rest(until);
  }

  private Duration rest(int failures, @Nullable Duration asked) {
    Duration pause = means.backoff().after(failures);
    Duration longer = asked != null && asked.compareTo(pause) > 0 ? asked : pause;
    return longer.compareTo(Backoff.LONGEST_REST) > 0 ? Backoff.LONGEST_REST : longer;
  }

  private static @Nullable Duration retryAfter(Answer answer) {
    return answer instanceof Answer.Status one ? one.retryAfter() : null;
  }
}
