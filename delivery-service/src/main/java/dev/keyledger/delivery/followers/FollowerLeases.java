package dev.keyledger.delivery.followers;

import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.kit.receipts.Reliance;
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

  private final AppliedPositions positions;
  private final LongSupplier nanoTime;
  private final Map<FeedScope, Map<FollowerName, Lease>> byScope = new HashMap<>();
  private final Map<FollowerName, Map<String, Long>> untold = new LinkedHashMap<>();
  private final Map<FollowerName, Integer> streams = new HashMap<>();
  private long longest;
  private long promised;
  private long said;

  /** How often less was said than before. */
  private long lowered;

  private static final class Lease {
    private final Reliance reliance;
    private @Nullable FeedCursor applied;
    private @Nullable FeedCursor counted;

    private Lease(long boundMs, long now) {
      this.reliance = new Reliance(boundMs, now);
    }
  }

  FollowerLeases(AppliedPositions positions, LongSupplier nanoTime) {
    this.positions = positions;
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
      removeTheGone(all, now);
      if (all.size() >= MOST) {
        return false;
      }
    }
    long boundMs = bound.toMillis();
    all.computeIfAbsent(name, n -> new Lease(boundMs, now)).reliance.asks(boundMs, now);
    longest = Math.max(longest, boundMs);
    return true;
  }

  /**
   * It has applied what stands before a place. What this replica hasn't reached yet of that counts
   * once it has.
   *
   * @return whether that is news
   */
  synchronized boolean acknowledges(FollowerName name, FeedCursor place) {
    Lease lease = leaseOf(name);
    if (lease == null) {
      return false;
    }
    lease.applied = place;
    return count(name, lease);
  }

  private boolean count(FollowerName name, Lease lease) {
    FeedCursor place = lease.applied;
    if (place == null) {
      return false;
    }
    FeedCursor from =
        lease.counted != null && lease.counted.epoch().equals(place.epoch()) ? lease.counted : null;
    AppliedPositions.Before before = positions.before(name.scope(), from, place);
    lease.counted = before.reached();
    before.highest().forEach((stream, position) -> acknowledge(name, stream, position));
    return !before.highest().isEmpty();
  }

  private @Nullable Lease leaseOf(FollowerName name) {
    return byScope.getOrDefault(name.scope(), Map.of()).get(name);
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
      about.forEach(name -> {
        Lease lease = leaseOf(name);
        if (lease != null) {
          count(name, lease);
        }
      });
    }
    return about.stream().map(this::toldOf).toList();
  }

  private Ack.Follower toldOf(FollowerName name) {
    Lease lease = leaseOf(name);
    Map<String, Long> applied = untold.remove(name);
    return new Ack.Follower(
        name.organization(),
        name.name(),
        name.instance(),
        // One whose lease has gone meanwhile is one of before: it has acknowledged something.
        lease == null ? 0 : lease.reliance.longestMs(),
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
    all.values().forEach(lease -> lease.reliance.settle(now));
    removeTheGone(all, now);
    if (all.isEmpty()) {
      byScope.remove(scope);
    }
    return new ArrayList<>(all.keySet());
  }

  private static void removeTheGone(Map<FollowerName, Lease> all, long now) {
    all.values().removeIf(lease -> !lease.reliance.lastsAt(now));
  }

  @Override
  public synchronized void giveBack(List<Ack.Follower> notSaid) {
    for (Ack.Follower one : notSaid) {
      FollowerName name = FollowerName.of(one);
      // Who has gone refuses by itself; kept for a broker that is away they might become many.
      if (leaseOf(name) != null) {
        one.applied().forEach(at -> acknowledge(name, at.stream(), at.position()));
      }
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
    longest =
        byScope.values().stream()
            .flatMap(all -> all.values().stream())
            .mapToLong(lease -> lease.reliance.longestMs())
            .max()
            .orElse(0);
  }

  @Override
  public synchronized Acknowledgements.Promise promise() {
    long now = longest;
    if (now < said) {
      // What was said before counts no more, also where the broker takes it only now.
      lowered++;
      promised = Math.min(promised, now);
    }
    said = now;
    long number = lowered;
    return new Acknowledgements.Promise(now == 0 ? null : now, () -> kept(now, number));
  }

  private synchronized void kept(long longestBoundMs, long number) {
    if (number == lowered) {
      promised = Math.max(promised, longestBoundMs);
      notifyAll();
    }
  }
}
