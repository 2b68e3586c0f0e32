package dev.keyledger.kit.revocations;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.TopicFreshness;
import dev.keyledger.kit.kafka.TopicMark;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody has vouched for the topic that is read now, and all of it has been applied that
 * was vouched for. Asked twice a second until then, and again once it is another topic.
 */
final class Vouching {
  private static final Duration ASK_EVERY = Duration.ofMillis(500);

  private final @Nullable WholeTopic topic;
  private final TopicFreshness view;
  private final Executor executor;
  private final LongSupplier nanoTime;
  private @Nullable CompletableFuture<@Nullable TopicMark> asking;
  private @Nullable TopicMark promised;
  private boolean asked;
  private long askedAt;
  private volatile boolean vouched;

  /**
   * @param topic {@code null} where nobody can be asked: the topic is then taken for whole
   */
  Vouching(
      @Nullable WholeTopic topic, TopicFreshness view, Executor executor, LongSupplier nanoTime) {
    this.topic = topic;
    this.view = view;
    this.executor = executor;
    this.nanoTime = nanoTime;
  }

  boolean isVouchedFor() {
    return vouched || topic == null;
  }

  /** Another topic is read from now on, or the same from its beginning. */
  void beginsAnew() {
    vouched = false;
    promised = null;
    asking = null;
    asked = false;
  }

  /** To be called after each step of the reading, on its thread. */
  void look() {
    WholeTopic voucher = topic;
    if (vouched || voucher == null) {
      return;
    }
    if (promised == null) {
      ask(voucher);
    }
    TopicMark least = promised;
    if (least == null) {
      return;
    }
    TopicMark applied = view.applied(Topics.REVOCATIONS, Topics.PARTITIONS);
    if (applied == null || !applied.id().equals(least.id())) {
      promised = null;
    } else if (reaches(applied, least)) {
      vouched = true;
    }
  }

  private static boolean reaches(TopicMark applied, TopicMark least) {
    return IntStream.range(0, applied.ends().size())
        .allMatch(partition -> applied.ends().get(partition) >= least.ends().get(partition));
  }

  private void ask(WholeTopic voucher) {
    CompletableFuture<@Nullable TopicMark> answer = asking;
    if (answer != null && answer.isDone()) {
      asking = null;
      promised = answer.isCompletedExceptionally() ? null : answer.join();
    } else if (answer == null
        && (!asked || nanoTime.getAsLong() - askedAt >= ASK_EVERY.toNanos())) {
      asked = true;
      askedAt = nanoTime.getAsLong();
      asking = CompletableFuture.supplyAsync(voucher::ask, executor);
    }
  }
}
