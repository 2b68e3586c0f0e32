package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.WebhookSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due for one subscription until nothing is, on a thread of its own: a few messages
 * at once, by position, and whichever failed once more later without holding up others. A receiver
 * that failed five times in a row is tried by one message at a time, with rests between, until it
 * takes one; then it gets whatever is due.
 */
final class Courier implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);
  private static final int OPEN_AFTER = 5;
  private static final Duration NEWS_WITHIN = Duration.ofSeconds(1);

  /** After that it makes room where others wait for a courier. */
  private static final Duration SHARE = Duration.ofSeconds(10);

  private static final int SHARE_OF_MESSAGES = 100;

  /** How long nothing is tried again where nothing could be done. */
  private static final Duration REST = Duration.ofSeconds(5);

  /** How long a subscription waits for which there was no room. */
  private static final Duration MAKE_ROOM = Duration.ofSeconds(1);

  /** How long one waits whose messages can't be signed here. */
  private static final Duration FIND_KEY = Duration.ofMinutes(1);

  /**
   * What they all have in common.
   *
   * @param settled hears that something has come of a message
   */
  record Means(
      CourierTable table,
      SignedPost post,
      Backoff backoff,
      Attempts attempts,
      WebhookSettings settings,
      Clock clock,
      LongSupplier nanoTime,
      Runnable settled) {}

  private sealed interface Happened {
    /**
     * @param url where it was sent to
     * @param wasProbe whether it was sent to see if the receiver is back
     */
    record Done(DueMessage message, String url, Attempt attempt, Answer answer, boolean wasProbe)
        implements Happened {}

    record News() implements Happened {}
  }

  private final SubscriptionKey key;
  private final UUID holder;
  private final Means means;
  private final BooleanSupplier crowded;
  private final BooleanSupplier stopping;
  private final BlockingQueue<Happened> happened = new LinkedBlockingQueue<>();
  private final Deque<DueMessage> ready = new ArrayDeque<>();
  private final Set<Long> underWay = new HashSet<>();
  private final long began;
  private long leaseUntil;
  private int sent;
  private boolean looked;
  private @Nullable Receiver receiver;
  private int failures;
  private @Nullable Duration untried;

  /**
   * @param holder by which the subscription was claimed
   * @param leasedAt by the monotonic clock, before it was claimed
   * @param crowded whether other subscriptions may wait for a courier
   */
  Courier(
      SubscriptionKey key,
      UUID holder,
      Means means,
      long leasedAt,
      BooleanSupplier crowded,
      BooleanSupplier stopping) {
    this.key = key;
    this.holder = holder;
    this.means = means;
    this.crowded = crowded;
    this.stopping = stopping;
    this.began = leasedAt;
    this.leaseUntil = leasedAt + means.settings().lease().toNanos();
  }

  /** There may be more to send. */
  void news() {
    happened.add(new Happened.News());
  }

  /** Whether there was anything to do. */
  boolean hasSent() {
    return sent > 0;
  }

  @Override
  public void run() {
    Duration rest = REST;
    try {
      deliver();
      rest = sent == 0 && !looked ? REST : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      drain();
      means.table().release(key, holder, notBefore(untried == null ? rest : untried));
    }
  }

  /**
   * Without a rest, at once if need be; but behind those who wait by now where it has had its
   * share.
   */
  private @Nullable Instant notBefore(@Nullable Duration rest) {
    Instant now = means.clock().instant();
    if (rest != null) {
      return now.plus(rest);
    }
    return hasHadItsShare() ? now : null;
  }

  private void deliver() throws InterruptedException {
    look();
    while (untried == null
        && !stopping.getAsBoolean()
        && isOurs()
        && !(hasHadItsShare() && crowded.getAsBoolean())) {
      launch();
      if (underWay.isEmpty()) {
        return;
      }
      take(happened.poll(NEWS_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
      if (ready.isEmpty()) {
        look();
      }
    }
  }

  private boolean hasHadItsShare() {
    return sent >= SHARE_OF_MESSAGES || means.nanoTime().getAsLong() - began >= SHARE.toNanos();
  }

  /**
   * Waits for what is under way, whatever happens: its outcome is known to nobody else, and nobody
   * else is to send it meanwhile.
   */
  private void drain() {
    boolean interrupted = false;
    while (!underWay.isEmpty()) {
      try {
        if (happened.poll(NEWS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
            instanceof Happened.Done done) {
          settle(done);
        }
        boolean unused = isOurs();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (RuntimeException e) {
        // It will be sent once more, and the lease may end: that is why others wait until then.
        log.debug("what came of a message can't be kept", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads how the subscription stands and what is due. */
  private void look() {
    Optional<Receiver> found = means.table().receiver(key, holder);
    receiver = found.orElse(null);
    // They are read again, with what came in since.
    ready.clear();
    if (receiver == null || receiver.secrets().isEmpty() || isResting(receiver)) {
      return;
    }
    looked = true;
    failures = receiver.failures();
    if (underWay.size() >= window()) {
      return;
    }
    Instant now = means.clock().instant();
    ready.addAll(
        isOpen()
            ? means.table().probe(key, receiver.active(), now, underWay)
            : means
                .table()
                .due(key, receiver.active(), now, underWay, 2 * means.settings().window()));
  }

  private boolean isResting(Receiver one) {
    return one.restsUntil() != null && means.clock().instant().isBefore(one.restsUntil());
  }

  /** Whether the receiver has failed so often that it is only probed. */
  private boolean isOpen() {
    return failures >= OPEN_AFTER;
  }

  private int window() {
    return isOpen() ? 1 : means.settings().window();
  }

  private void launch() {
    Receiver to = receiver;
    while (to != null && underWay.size() < window() && !ready.isEmpty()) {
      DueMessage message = ready.removeFirst();
      underWay.add(message.position());
      sent++;
      boolean isProbe = isOpen();
      Thread.ofVirtual().name("webhook-", 0).start(() -> happened.add(sent(to, message, isProbe)));
    }
  }

  private Happened.Done sent(Receiver to, DueMessage message, boolean isProbe) {
    Instant at = means.clock().instant();
    long began = means.nanoTime().getAsLong();
    Answer answer;
    try {
      answer = means.post().send(to, message, at);
    } catch (RuntimeException | Error e) {
      answer = new Answer.None(Answer.Failure.ANSWER_BROKEN);
    }
    long tookMs = TimeUnit.NANOSECONDS.toMillis(means.nanoTime().getAsLong() - began);
    String url = to.state().url();
    return new Happened.Done(message, url, attempt(at, answer, tookMs), answer, isProbe);
  }

  private static Attempt attempt(Instant at, Answer answer, long tookMs) {
    return switch (answer) {
      case Answer.Status one -> new Attempt(at, one.status(), one.err(), tookMs);
      case Answer.None none -> new Attempt(at, null, none.failure().code(), tookMs);
    };
  }

  private void take(@Nullable Happened what) {
    for (Happened one = what; one != null; one = happened.poll()) {
      switch (one) {
        case Happened.Done done -> settle(done);
        case Happened.News news -> look();
      }
    }
  }

  private void settle(Happened.Done done) {
    underWay.remove(done.message().position());
    means.attempts().count(done.answer());
    if (done.answer().isOverloaded()) {
      untried = MAKE_ROOM;
      means.table().putBack(key, done.message(), done.attempt().at().plus(untried));
    } else if (done.answer().isUnsigned()) {
      untried = FIND_KEY;
      Instant at = done.attempt().at();
      means.table().unsigned(key, holder, done.message(), at, at.plus(untried));
    } else if (done.answer().isDelivered()) {
      means.table().delivered(key, holder, done.message(), done.attempt(), isOpen());
      if (isOpen()) {
        ready.clear();
      }
      failures = 0;
    } else if (done.answer().isGone()) {
      means.table().gone(key, holder, done.url(), done.message(), done.attempt());
      ready.clear();
      receiver = null;
    } else {
      failed(done);
    }
    means.settled().run();
  }

  private void failed(Happened.Done done) {
    // What was under way when it came to that says no more than the fifth; only probes count on.
    int most = done.wasProbe() ? Integer.MAX_VALUE : OPEN_AFTER;
    int before = failures;
    failures = Math.min(failures + 1, Math.max(failures, most));
    Instant at = done.attempt().at();
    DueMessage message = done.message();
    Duration asked = done.answer() instanceof Answer.Status one ? one.retryAfter() : null;
    Instant next = at.plus(longer(means.backoff().after(message.failuresWithOneMore()), asked));
    Instant dies = message.queuedAt().plus(means.settings().retryFor());
    Duration rest = isOpen() ? longer(restAfter(failures), asked) : asked;
    means
        .table()
        .failed(
            key,
            holder,
            message,
            done.attempt(),
            new CourierTable.InARow(before, failures, rest == null ? null : at.plus(rest)),
            next.isAfter(dies) ? null : next);
    if (rest != null) {
      ready.clear();
      receiver = null;
    }
  }

  private Duration restAfter(int failed) {
    Duration rest = means.backoff().after(failed - OPEN_AFTER + 1);
    return rest.compareTo(Backoff.LONGEST_REST) > 0 ? Backoff.LONGEST_REST : rest;
  }

  private static Duration longer(Duration one, @Nullable Duration other) {
    return other == null || one.compareTo(other) > 0 ? one : other;
  }

  /** Whether the subscription is still held; taken for longer where a third of the time is over. */
  private boolean isOurs() {
    long now = means.nanoTime().getAsLong();
    long lease = means.settings().lease().toNanos();
    if (leaseUntil - now > lease * 2 / 3) {
      return true;
    }
    if (means.table().renew(key, holder, means.settings().lease())) {
      leaseUntil = now + lease;
      return true;
    }
    return false;
  }
}
