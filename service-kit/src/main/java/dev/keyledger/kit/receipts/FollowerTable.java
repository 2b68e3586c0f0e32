package dev.keyledger.kit.receipts;

import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who follows over HTTP, as delivery-service's replicas say. Not thread-safe. */
final class FollowerTable {
  private static final int STREAMS_REMEMBERED = 1_000;
  private static final String ALL = "";

  private final Map<String, Map<String, Following>> byOrganization = new LinkedHashMap<>();

  /**
   * Some replica holds it, or held it a moment ago.
   *
   * @param moved hears of what it has acknowledged
   */
  void held(Ack.Follower follower, Instant at, long now, BiConsumer<Applying, Ack.Applied> moved) {
    String organization = follower.organization();
    Following known =
        byOrganization
            .computeIfAbsent(organization == null ? ALL : organization, id -> new LinkedHashMap<>())
            .computeIfAbsent(
                follower.name() + " " + follower.instance(), id -> new Following(follower, now));
    known.held(follower, now);
    for (Ack.Applied applied : follower.applied()) {
      if (known.progress.applied(applied, at)) {
        moved.accept(known, applied);
      }
    }
  }

  /** Whom what ends on that stream concerns, by name and instance. */
  List<Following> of(String stream) {
    String organization = Revocation.organizationOf(stream);
    Stream<Following> own =
        organization == null
            ? Stream.empty()
            : byOrganization.getOrDefault(organization, Map.of()).values().stream();
    return Stream.concat(own, byOrganization.getOrDefault(ALL, Map.of()).values().stream())
        .sorted(Comparator.comparing(Following::name).thenComparing(Following::id))
        .toList();
  }

  /** They rely on nothing any more that they were told. */
  void forgetNotHeldSince(long instant) {
    byOrganization
        .values()
        .removeIf(all -> {
          all.values().removeIf(one -> one.heldAt - instant < 0);
          return all.isEmpty();
        });
  }

  static final class Following implements Applying {
    private final String name;
    private final String id;
    private final Progress progress = new Progress(STREAMS_REMEMBERED);
    private Receipt.Channel channel = Receipt.Channel.PAGE;
    private long bound;
    private long heldAt;

    private Following(Ack.Follower first, long now) {
      this.name = first.name();
      this.id = first.instance();
      this.heldAt = now;
    }

    private void held(Ack.Follower follower, long now) {
      heldAt = now;
      bound = Math.max(bound, withMargin(Duration.ofMillis(follower.maxStalenessMs())));
      channel =
          switch (follower.channel()) {
            case SSE -> Receipt.Channel.SSE;
            case PAGE -> Receipt.Channel.PAGE;
          };
    }

    /** For how long it relies on what it was told; clocks may run apart by a tenth. */
    long bound() {
      return bound;
    }

    /** Whether it may have relied then on what it had been told before. */
    boolean mayRelyAt(long instant) {
      return instant - heldAt <= bound;
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
      return channel;
    }

    @Override
    public @Nullable Instant appliedAt(String stream, long position) {
      return progress.appliedAt(stream, position);
    }
  }

  static long withMargin(Duration bound) {
    return bound.toNanos() + bound.toNanos() / 10;
  }
}
