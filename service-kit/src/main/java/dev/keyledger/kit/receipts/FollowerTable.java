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

  /** Of one organisation, so that none takes the room of others; beyond they are one. */
  private static final int MOST = 1_000;

  /** A follower's own name has no parentheses. */
  private static final String OTHERS = "(others)";

  private static final String ALL = "";

  private final Map<String, Map<String, Following>> byOrganization = new LinkedHashMap<>();

  /**
   * Some replica holds it, or held it a moment ago.
   *
   * @param moved hears of what it has acknowledged
   */
  void held(Ack.Follower follower, Instant at, long now, BiConsumer<Applying, Ack.Applied> moved) {
    String organization = follower.organization();
    Map<String, Following> all =
        byOrganization.computeIfAbsent(
            organization == null ? ALL : organization, id -> new LinkedHashMap<>());
    String id = follower.name() + " " + follower.instance();
    if (!all.containsKey(id) && isFull(all, now)) {
      all.computeIfAbsent(OTHERS, others -> new Following(OTHERS, OTHERS, now)).held(follower, now);
      return;
    }
    Following known =
        all.computeIfAbsent(id, i -> new Following(follower.name(), follower.instance(), now));
    known.held(follower, now);
    for (Ack.Applied applied : follower.applied()) {
      if (known.progress.applied(applied, at)) {
        moved.accept(known, applied);
      }
    }
  }

  /** Even without those who rely on nothing any more. */
  private static boolean isFull(Map<String, Following> all, long now) {
    if (all.size() >= MOST) {
      all.values().removeIf(one -> !one.mayRelyAt(now));
    }
    return all.size() >= MOST;
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
    private final Reliance reliance;
    private long heldAt;

    private Following(String name, String id, long now) {
      this.name = name;
      this.id = id;
      this.reliance = new Reliance(0, now);
      this.heldAt = now;
    }

    private void held(Ack.Follower follower, long now) {
      heldAt = now;
      reliance.asks(follower.maxStalenessMs(), now);
      channel =
          switch (follower.channel()) {
            case SSE -> Receipt.Channel.SSE;
            case PAGE -> Receipt.Channel.PAGE;
          };
    }

    /** For how long it relies on what it was told; clocks may run apart by a tenth. */
    long bound() {
      return Reliance.withMargin(Duration.ofMillis(reliance.longestMs()));
    }

    /** Whether it may have relied then on what it had been told before. */
    boolean mayRelyAt(long instant) {
      return instant - heldAt <= bound();
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
}
