package dev.keyledger.kit.receipts;

import dev.keyledger.events.feed.Ack;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances on {@code acks.v1}: who is registered, when heard of, how far on which stream. Some
 * enforce by themselves; others tell followers, and enforce nothing.
 */
final class Consumers {
  private static final int STREAMS_REMEMBERED = 20_000;

  private final Map<String, Instance> instances = new HashMap<>();

  /**
   * @param moved hears of each that has come further, and enforces
   */
  void acked(Ack ack, long now, BiConsumer<Applying, Ack.Applied> moved) {
    boolean tells = ack.instance().startsWith(Ack.OF_DELIVERY);
    if (ack.kind() == Ack.Kind.LEFT && !tells) {
      instances.remove(ack.instance());
      return;
    }
    Instance instance =
        instances.computeIfAbsent(ack.instance(), id -> new Instance(ack.name(), id, tells));
    instance.heardAt = now;
    instance.left |= ack.kind() == Ack.Kind.LEFT;
    Long longest = ack.longestBoundMs();
    instance.longestBound = longest == null ? 0 : Reliance.withMargin(Duration.ofMillis(longest));
    for (Ack.Applied applied : ack.applied()) {
      if (instance.progress.applied(applied, ack.at()) && !tells) {
        moved.accept(instance, applied);
      }
    }
  }

  /** Those that enforce and were heard of since that instant, by name and instance. */
  List<Instance> heardSince(long instant) {
    return instances.values().stream()
        .filter(instance -> !instance.tells && instance.heardAt - instant >= 0)
        .sorted(Comparator.comparing(Instance::name).thenComparing(Instance::id))
        .toList();
  }

  /**
   * Those whose followers may have relied then on what they had been told.
   *
   * @param bound for which they tell after they were heard of last
   */
  List<Instance> tellingAt(long instant, long bound) {
    return instances.values().stream()
        .filter(one -> one.tells && instant - one.heardAt <= bound + one.longestBound)
        .toList();
  }

  boolean isRegistered(Instance instance) {
    return instances.get(instance.id) == instance;
  }

  /**
   * No receipt waits for those any more, or for what their followers relied on; one that comes back
   * registers anew.
   */
  void forgetSilentSince(long instant) {
    instances.values().removeIf(one -> one.heardAt + one.longestBound - instant < 0);
  }

  static final class Instance implements Applying {
    private final String name;
    private final String id;
    private final boolean tells;
    private final Progress progress = new Progress(STREAMS_REMEMBERED);
    private long heardAt;
    private long longestBound;
    private boolean left;

    private Instance(String name, String id, boolean tells) {
      this.name = name;
      this.id = id;
      this.tells = tells;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Receipt.Channel channel() {
      return Receipt.Channel.TOKEN_SERVICE;
    }

    /** When it was heard of last. */
    long heardAt() {
      return heardAt;
    }

    /** For how long the most patient of its followers relies on what it was told. */
    long longestBound() {
      return longestBound;
    }

    /** Whether it has ended, and had named all its followers by then. */
    boolean hasLeft() {
      return left;
    }

    @Override
    public @Nullable Instant appliedAt(String stream, long position) {
      return progress.appliedAt(stream, position);
    }
  }
}
