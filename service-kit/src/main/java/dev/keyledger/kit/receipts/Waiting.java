package dev.keyledger.kit.receipts;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller who wants to know when a position is in force. Guarded by {@link Evaluator}. */
final class Waiting {
  final String stream;
  final long position;
  final long giveUpAt;

  /**
   * What those who follow over HTTP have to have, up to {@code position}; {@code null} where nobody
   * waits for them.
   */
  final @Nullable Long toldAt;

  final CompletableFuture<Receipt> answer = new CompletableFuture<>();

  /** Set once the commit was seen: from then on the rest can be known. */
  boolean committed;

  long committedAt;
  private @Nullable Instant committedWhen;

  /** Whom to wait for; {@code null} until the acknowledgements were read so far. */
  @Nullable List<Consumers.Instance> registered;

  /** Who tells followers, and has to have said whom; {@code null} until as much was read. */
  @Nullable List<Consumers.Instance> telling;

  private final Map<Applying, Instant> appliedAt = new HashMap<>();

  Waiting(String stream, long position, @Nullable Long toldAt, long giveUpAt) {
    this.stream = stream;
    this.position = position;
    this.toldAt = toldAt;
    this.giveUpAt = giveUpAt;
  }

  /**
   * @param when by the wall clock, for what is shown
   */
  void committed(long now, Instant when) {
    if (!committed) {
      committed = true;
      committedAt = now;
      committedWhen = when;
    }
  }

  /** Looks at each acknowledgement once: the first is the one to show. */
  boolean isAppliedBy(Applying instance) {
    if (appliedAt.containsKey(instance)) {
      return true;
    }
    Long told = toldAt;
    boolean follows = instance.channel() != Receipt.Channel.TOKEN_SERVICE;
    Instant at = instance.appliedAt(stream, told != null && follows ? told : position);
    if (at == null) {
      return false;
    }
    appliedAt.put(instance, at);
    return true;
  }

  /** Whether one that tells followers has said whom. */
  boolean isToldBy(Consumers.Instance instance) {
    Long told = toldAt;
    return told != null && instance.appliedAt(stream, told) != null;
  }

  /**
   * @param bounds of whoever is shown: for how long they rely on what they know, in nanoseconds
   */
  Receipt receipt(Map<Applying, Long> bounds, @Nullable Instant inForceAt) {
    var consumers = bounds.entrySet().stream().map(e -> shown(e.getKey(), e.getValue())).toList();
    return new Receipt(position, inForceAt != null, inForceAt, consumers);
  }

  private Receipt.Consumer shown(Applying one, long bound) {
    Instant at = appliedAt.get(one);
    Instant since = committedWhen;
    Instant refusesBy =
        at != null || since == null ? null : since.plusNanos(bound).truncatedTo(ChronoUnit.MILLIS);
    return new Receipt.Consumer(one.name(), one.id(), one.channel(), at, refusesBy);
  }
}
