package dev.keyledger.kit.receipts;

import dev.keyledger.events.feed.Ack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a position is in force, from acknowledgements, commits and a monotonic clock alone.
 * Not thread-safe.
 *
 * <p>After the commit was seen the end of {@code acks.v1} is asked. What is written behind that end
 * by an instance that was not registered before it can't matter: it asks for the topics' ends only
 * after its registration is durable, so it learns of the commit before it serves.
 *
 * <p>Whoever follows over HTTP is named by the replicas of delivery-service, each of which says of
 * a position whom it held when it had applied it. One that says nothing may hold anybody: what its
 * followers rely on is then over once it has told nobody for its own bound, and they have heard
 * nothing for theirs. That it said nothing is known once a later end of {@code acks.v1} was read,
 * and for how long they rely on what they heard too.
 */
final class Evaluator {
  private static final int STREAMS_REMEMBERED = 10_000;

  /** What a follower may want. */
  private static final long LONGEST_BOUND = Reliance.withMargin(Duration.ofSeconds(60));

  private final long bound;
  private final Supplier<Instant> wallClock;
  private final AppliedTimes times;
  private final Consumers consumers = new Consumers();
  private final FollowerTable followers = new FollowerTable();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private final Map<String, Commit> commits =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Commit> eldest) {
          return size() > STREAMS_REMEMBERED;
        }
      };

  private final AcksKnown acks = new AcksKnown();
  private boolean begun;
  private long begunAt;

  /** By instance, until one of them has said something over so long that all others must have. */
  private final Map<String, Instant> firstSaid = new HashMap<>();

  private long spokenOver;

  private record Commit(long position, long seenAt, Instant when) {}

  /** An answer that is due, to be given outside of any lock. */
  record Due(Waiting waiting, Receipt receipt) {
    void give() {
      waiting.answer.complete(receipt);
    }
  }

  /**
   * @param maxStaleness for which a consumer may serve without news
   */
  Evaluator(Duration maxStaleness, Supplier<Instant> wallClock, AppliedTimes times) {
    this.times = times;
    this.bound = Reliance.withMargin(maxStaleness);
    this.wallClock = wallClock;
  }

  /**
   * @param toldAt what those who follow over HTTP have to have, of which they are told; {@code
   *     null} where nobody waits for them
   */
  Waiting await(String stream, long position, @Nullable Long toldAt, long now, Duration atMost) {
    var one = new Waiting(stream, position, toldAt, now + atMost.toNanos());
    Commit commit = commits.get(stream);
    if (commit != null && commit.position >= position) {
      // The stream's newest commit is not older than the one that is waited for.
      one.committed(commit.seenAt, commit.when);
    }
    waiting.add(one);
    return one;
  }

  void committed(String stream, long position, long now) {
    Commit before = commits.get(stream);
    if (before == null || before.position < position) {
      commits.put(stream, new Commit(position, now, wallClock.get()));
    }
    for (Waiting one : waiting) {
      if (one.stream.equals(stream) && one.position <= position) {
        one.committed(now, wallClock.get());
      }
    }
  }

  void acked(Ack ack, long now) {
    BiConsumer<Applying, Ack.Applied> moved = (who, applied) -> moved(who, applied, now);
    consumers.acked(ack, now, moved);
    ack.followers().forEach(follower -> followers.held(follower, ack.at(), now, moved));
    // delivery-service's word is none about who enforces: its clock might be anything.
    boolean enforces = !ack.instance().startsWith(Ack.OF_DELIVERY);
    if (begun && enforces && spokenOver <= bound + LONGEST_BOUND) {
      Instant first = firstSaid.putIfAbsent(ack.instance(), ack.at());
      if (first != null) {
        spokenOver = Math.max(spokenOver, Duration.between(first, ack.at()).toNanos());
      }
    }
  }

  private void moved(Applying who, Ack.Applied applied, long now) {
    Commit commit = commits.get(applied.stream());
    if (commit != null && commit.position == applied.position()) {
      times.applied(who.channel(), Duration.ofNanos(now - commit.seenAt));
    }
  }

  /**
   * From now on another {@code acks.v1} is read than before, or the first one. Who is registered is
   * not known before it holds what was said over the bound, or was followed for so long: whoever is
   * there says so within it, or serves no more.
   */
  void begins(long now) {
    begun = true;
    begunAt = now;
    acks.begins();
    firstSaid.clear();
    spokenOver = 0;
  }

  /** Every record of {@code acks.v1} before this offset has been handed to {@link #acked}. */
  void readUpTo(long acksPosition, long now) {
    acks.readUpTo(acksPosition);
    consumers.forgetSilentSince(now - 100 * bound);
    followers.forgetNotHeldSince(now - 100 * bound - LONGEST_BOUND);
  }

  /**
   * The number of a question for the end of {@code acks.v1} that has to be asked now; {@code null}
   * when no caller needs one.
   */
  @Nullable Long ask(long now) {
    boolean needed =
        waiting.stream()
            .anyMatch(one -> one.committed && !acks.isAskedSince(wantsKnownAt(one, now)));
    return needed ? acks.ask(now) : null;
  }

  private long wantsKnownAt(Waiting one, long now) {
    boolean forSilence = one.toldAt != null && now - one.committedAt >= bound;
    return forSilence ? one.committedAt + bound : one.committedAt;
  }

  void answered(long question, long end) {
    acks.answered(question, end);
  }

  /** The question got no answer and is asked again. */
  void unanswered(long question) {
    acks.unanswered(question);
  }

  /** Known otherwise: the position was committed so long ago that everybody has applied it. */
  List<Due> settled(String stream, long position, long now) {
    var due = new ArrayList<Due>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting one = all.next();
      if (one.stream.equals(stream) && one.position <= position) {
        if (one.toldAt != null) {
          // They may rely for longer on what they know than who enforces here.
          committed(stream, position, now);
        } else {
          due.add(new Due(one, answer(one, now, wallClock.get())));
          all.remove();
        }
      }
    }
    return due;
  }

  List<Due> due(long now) {
    var due = new ArrayList<Due>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting one = all.next();
      if (one.answer.isDone()) {
        all.remove();
      } else if (isInForce(one, now)) {
        due.add(new Due(one, answer(one, now, wallClock.get())));
        all.remove();
      } else if (now - one.giveUpAt >= 0) {
        due.add(new Due(one, answer(one, now, null)));
        all.remove();
      }
    }
    return due;
  }

  /** The follower has ended: a caller who still waits learns what is known. */
  List<Due> abandon() {
    var due = waiting.stream().map(one -> new Due(one, answer(one, one.giveUpAt, null))).toList();
    waiting.clear();
    return due;
  }

  Receipt soFar(String stream, long position, long now) {
    var asked = new Waiting(stream, position, null, now);
    Commit commit = commits.get(stream);
    if (commit != null && commit.position >= position) {
      asked.committed(commit.seenAt, commit.when);
    }
    return answer(asked, now, null);
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  private boolean isInForce(Waiting one, long now) {
    return one.committed
        && isInForceHere(one, now)
        && (one.toldAt == null || isInForceAtFollowers(one, now));
  }

  /** At those that enforce by themselves. */
  private boolean isInForceHere(Waiting one, long now) {
    if (now - one.committedAt > bound) {
      return true;
    }
    List<Consumers.Instance> registered = one.registered;
    if (registered == null) {
      Long known = knownSinceCommit(one);
      if (known == null || !isRegistrationKnown(bound, now)) {
        return false;
      }
      registered = consumers.heardSince(known - bound);
      one.registered = registered;
    }
    boolean all = true;
    for (Consumers.Instance instance : registered) {
      all &= one.isAppliedBy(instance) || !consumers.isRegistered(instance);
    }
    return all;
  }

  private boolean isInForceAtFollowers(Waiting one, long now) {
    if (now - one.committedAt > bound + LONGEST_BOUND) {
      return true;
    }
    List<Consumers.Instance> telling = one.telling;
    if (telling == null) {
      Long known = knownSinceCommit(one);
      if (known == null || !isRegistrationKnown(bound + LONGEST_BOUND, now)) {
        return false;
      }
      telling = consumers.tellingAt(known, bound);
      one.telling = telling;
    }
    boolean all = true;
    for (Consumers.Instance instance : telling) {
      all &= hasNamedItsFollowers(one, instance, now);
    }
    for (FollowerTable.Following follower : named(one)) {
      all &= one.isAppliedBy(follower) || now - one.committedAt > follower.bound();
    }
    return all;
  }

  private @Nullable Long knownSinceCommit(Waiting one) {
    return acks.reaches(one.committedAt) ? acks.until() : null;
  }

  /** Or they refuse by themselves, since it tells them nothing any more. */
  private boolean hasNamedItsFollowers(Waiting one, Consumers.Instance instance, long now) {
    return one.isToldBy(instance)
        || instance.hasLeft()
        || isSilentSince(one.committedAt, instance, now)
        || isSilentSince(instance.heardAt(), instance, now);
  }

  /** What it said within its bound after that, and what it promised there, has been read. */
  private boolean isSilentSince(long instant, Consumers.Instance instance, long now) {
    return now - instant > bound + instance.longestBound() && acks.reaches(instant + bound);
  }

  /** Who relied on what they knew when it was committed. */
  private List<FollowerTable.Following> named(Waiting one) {
    return followers.of(one.stream).stream()
        .filter(follower -> follower.mayRelyAt(one.committedAt))
        .toList();
  }

  private boolean isRegistrationKnown(long over, long now) {
    return !begun || spokenOver > over || now - begunAt > over;
  }

  private Receipt answer(Waiting one, long now, @Nullable Instant inForceAt) {
    var shown = new LinkedHashMap<Applying, Long>();
    (one.registered != null ? one.registered : consumers.heardSince(now - bound))
        .forEach(instance -> shown.put(instance, bound));
    followers.of(one.stream).stream()
        .filter(follower -> follower.mayRelyAt(one.committed ? one.committedAt : now))
        .forEach(follower -> shown.put(follower, follower.bound()));
    shown.keySet().forEach(one::isAppliedBy);
    return one.receipt(shown, inForceAt);
  }
}
