package dev.keyledger.delivery.followers;

import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Acknowledgements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who follows this replica, each for its own bound, and a tenth more, after it asked for a page
 * last: by then it relies on nothing any more. Guarded by itself.
 */
final class FollowerLeases implements Acknowledgements.Followers {
  /** Of one organisation, and of the platform. */
  static final int MOST = 1_000;

  private final LongSupplier nanoTime;
  private final Map<FeedScope, Map<FollowerName, Lease>> byScope = new HashMap<>();
  private final Map<FollowerName, Map<String, Long>> untold = new LinkedHashMap<>();
  private final Map<FollowerName, Integer> streams = new HashMap<>();
  private @Nullable Long longest;
  private long promised;

  private static final class Lease {
    private long boundMs;
    private long until;
    private @Nullable FeedCursor applied;
  }

  FollowerLeases(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * It has asked, and relies on what it is told from now on.
   *
   * @return {@code false} where there are too many already
   */
  synchronized boolean renew(FollowerName name, Duration bound) {
    long now = nanoTime.getAsLong();
    Map<FollowerName, Lease> all =
        byScope.computeIfAbsent(name.scope(), s -> new LinkedHashMap<>());
    if (!all.containsKey(name) && all.size() >= MOST) {
      all.values().removeIf(lease -> lease.until - now < 0);
      if (all.size() >= MOST) {
        return false;
      }
    }
    Lease lease = all.computeIfAbsent(name, n -> new Lease());
    // What it was told for a longer bound it may still rely on.
    lease.boundMs = Math.max(lease.boundMs, bound.toMillis());
    lease.until = now + withMargin(lease.boundMs);
    longest = longest == null ? lease.boundMs : Math.max(longest, lease.boundMs);
    return true;
  }

  /**
   * It has applied what stands before a place.
   *
   * @return whether that is news
   */
  synchronized boolean acknowledges(
      FollowerName name, FeedCursor place, AppliedPositions positions) {
    Lease lease = byScope.getOrDefault(name.scope(), Map.of()).get(name);
    if (lease == null) {
      return false;
    }
    FeedCursor before =
        lease.applied != null && lease.applied.epoch().equals(place.epoch()) ? lease.applied : null;
    Map<String, Long> applied = positions.before(name.scope(), before, place);
    lease.applied = place;
    applied.forEach((stream, position) -> acknowledge(name, stream, position));
    return !applied.isEmpty();
  }

  private void acknowledge(FollowerName name, String stream, long position) {
    untold.computeIfAbsent(name, n -> new LinkedHashMap<>()).merge(stream, position, Math::max);
  }

  /** Whether the broker has kept that followers may rely on something for so long. */
  synchronized boolean isPromised(Duration bound) {
    return promised >= bound.toMillis();
  }

  /** The same, after waiting for it. */
  synchronized boolean awaitPromise(Duration bound, Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); !isPromised(bound) && left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    return isPromised(bound);
  }

  /** It has a stream open. */
  synchronized void streams(FollowerName name) {
    streams.merge(name, 1, Integer::sum);
  }

  /** That has ended. */
  synchronized void streamsNoMore(FollowerName name) {
    streams.computeIfPresent(name, (n, open) -> open == 1 ? null : open - 1);
  }

  @Override
  public synchronized List<Ack.Follower> told(List<Ack.Applied> news) {
    Set<FollowerName> about = new LinkedHashSet<>(untold.keySet());
    if (!news.isEmpty()) {
      about.addAll(heldIn(new FeedScope.All()));
      news.stream()
          .map(one -> Revocation.organizationOf(one.stream()))
          .filter(Objects::nonNull)
          .map(whose -> new FeedScope.Of(new OrganizationId(whose)))
          .distinct()
          .forEach(scope -> about.addAll(heldIn(scope)));
    }
    return about.stream().map(this::toldOf).toList();
  }

  private Ack.Follower toldOf(FollowerName name) {
    Lease lease = byScope.getOrDefault(name.scope(), Map.of()).get(name);
    Map<String, Long> applied = untold.remove(name);
    return new Ack.Follower(
        name.organization(),
        name.name(),
        name.instance(),
        // One whose lease has gone meanwhile is one of before: it has acknowledged something.
        lease == null ? 0 : lease.boundMs,
        streams.containsKey(name) ? Ack.Channel.SSE : Ack.Channel.PAGE,
        applied == null
            ? List.of()
            : applied.entrySet().stream()
                .map(e -> new Ack.Applied(e.getKey(), e.getValue()))
                .toList());
  }

  private List<FollowerName> heldIn(FeedScope scope) {
    long now = nanoTime.getAsLong();
    Map<FollowerName, Lease> all = byScope.get(scope);
    if (all == null) {
      return List.of();
    }
    all.values().removeIf(lease -> lease.until - now < 0);
    if (all.isEmpty()) {
      byScope.remove(scope);
    }
    return new ArrayList<>(all.keySet());
  }

  @Override
  public synchronized void giveBack(List<Ack.Follower> notSaid) {
    for (Ack.Follower one : notSaid) {
      FollowerName name = FollowerName.of(one);
      one.applied().forEach(at -> acknowledge(name, at.stream(), at.position()));
    }
  }

  @Override
  public synchronized List<Ack.Follower> all() {
    var all = new LinkedHashSet<>(untold.keySet());
    List.copyOf(byScope.keySet()).forEach(scope -> all.addAll(heldIn(scope)));
    return all.stream().map(this::toldOf).toList();
  }

  /** To be called now and then. */
  synchronized void forgetTheLongGone() {
    List.copyOf(byScope.keySet()).forEach(this::heldIn);
  }

  @Override
  public synchronized @Nullable Long longestBoundMs() {
    return longest;
  }

  @Override
  public synchronized void promised(long longestBoundMs) {
    promised = Math.max(promised, longestBoundMs);
    notifyAll();
  }

  private static long withMargin(long boundMs) {
    return Duration.ofMillis(boundMs).toNanos() / 10 * 11;
  }
}
