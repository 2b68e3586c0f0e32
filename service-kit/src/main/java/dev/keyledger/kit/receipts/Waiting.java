package dev.keyledger.kit.receipts;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller who wants to know when a position is in force. Guarded by {@link Evaluator}. */
final class Waiting {
  private static final long UNKNOWN = -1;

  final String stream;
  final long position;
  final long giveUpAt;
  final CompletableFuture<Receipt> answer = new CompletableFuture<>();

  /** Set once the commit was seen: from then on the rest can be known. */
  boolean committed;

  long committedAt;

  /** Number of the question for the end of {@code acks.v1}; 0 while none was asked. */
  long question;

  long askedAt;

  /** How far {@code acks.v1} was read by then. */
  long readWhenAsked;

  private long end = UNKNOWN;

  /** Whom to wait for; {@code null} until the acknowledgements were read up to {@code end}. */
  @Nullable List<Consumers.Instance> registered;

  private final Map<Consumers.Instance, Instant> appliedAt = new HashMap<>();

  Waiting(String stream, long position, long giveUpAt) {
    this.stream = stream;
    this.position = position;
    this.giveUpAt = giveUpAt;
  }

  void committed(long now) {
    if (!committed) {
      committed = true;
      committedAt = now;
    }
  }

  void answered(long end) {
    this.end = end;
  }

  boolean hasRead(long acksPosition) {
    return end != UNKNOWN && acksPosition >= end;
  }

  /** Looks at each acknowledgement once: the first is the one to show. */
  boolean isAppliedBy(Consumers.Instance instance) {
    if (appliedAt.containsKey(instance)) {
      return true;
    }
    Instant at = instance.appliedAt(stream, position);
    if (at == null) {
      return false;
    }
    appliedAt.put(instance, at);
    return true;
  }

  Receipt receipt(List<Consumers.Instance> shown, @Nullable Instant inForceAt) {
    var consumers =
        shown.stream().map(i -> new Receipt.Consumer(i.name(), i.id(), appliedAt.get(i))).toList();
    return new Receipt(position, inForceAt != null, inForceAt, consumers);
  }
}
