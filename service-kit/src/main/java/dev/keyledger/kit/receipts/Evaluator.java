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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a position is in force, from acknowledgements, commits and a monotonic clock alone.
 * Not thread-safe.
 *
 * <p>After the commit was seen the end of {@code acks.v1} is asked. What is written behind that end
 * by an instance that was not registered before it can't matter: it asks for the topics' ends only
 * after its registration is durable, so it learns of the commit before it serves.
 */
final class Evaluator {
  private static final int STREAMS_REMEMBERED = 10_000;

  private final long bound;
  private final Supplier<Instant> wallClock;
  private final Consumers consumers = new Consumers();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private final Map<String, Commit> commits =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Commit> eldest) {
          return size() > STREAMS_REMEMBERED;
        }
      };

  private long acksPosition;
  private boolean begun;
  private long begunAt;

  /** By instance, until one of them has said something over so long that all others must have. */
  private final Map<String, Instant> firstSaid = new HashMap<>();

  private boolean allHaveSpoken;
  private long questions;

  private record Commit(long position, long seenAt) {}

  /** An answer that is due, to be given outside of any lock. */
  record Due(Waiting waiting, Receipt receipt) {
    void give() {
      waiting.answer.complete(receipt);
    }
  }

  /**
   * @param maxStaleness for which a consumer may serve without news
   */
  Evaluator(Duration maxStaleness, Supplier<Instant> wallClock) {
    this.bound = maxStaleness.toNanos() + maxStaleness.toNanos() / 10;
    this.wallClock = wallClock;
  }

  Waiting await(String stream, long position, long now, Duration atMost) {
    var one = new Waiting(stream, position, now + atMost.toNanos());
    Commit commit = commits.get(stream);
    if (commit != null && commit.position >= position) {
      // The stream's newest commit is not older than the one that is waited for.
      one.committed(commit.seenAt);
    }
    waiting.add(one);
    return one;
  }

  void committed(String stream, long position, long now) {
    Commit before = commits.get(stream);
    if (before == null || before.position < position) {
      commits.put(stream, new Commit(position, now));
    }
    for (Waiting one : waiting) {
      if (one.stream.equals(stream) && one.position <= position) {
        one.committed(now);
      }
    }
  }

  void acked(Ack ack, long now) {
    consumers.acked(ack, now);
    if (begun && !allHaveSpoken) {
      Instant first = firstSaid.putIfAbsent(ack.instance(), ack.at());
      allHaveSpoken = first != null && Duration.between(first, ack.at()).toNanos() > bound;
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
    acksPosition = 0;
    firstSaid.clear();
    allHaveSpoken = false;
  }

  /** Every record of {@code acks.v1} before this offset has been handed to {@link #acked}. */
  void readUpTo(long acksPosition, long now) {
    this.acksPosition = acksPosition;
    consumers.forgetSilentSince(now - 100 * bound);
  }

  /**
   * The number of a question for the end of {@code acks.v1} that has to be asked now; {@code null}
   * when no caller needs one.
   */
  @Nullable Long ask(long now) {
    boolean needed = false;
    for (Waiting one : waiting) {
      if (one.committed && one.question == 0) {
        one.question = questions + 1;
        one.askedAt = now;
        one.readWhenAsked = acksPosition;
        needed = true;
      }
    }
    return needed ? ++questions : null;
  }

  void answered(long question, long end) {
    for (Waiting one : waiting) {
      if (one.question == question) {
        if (end < one.readWhenAsked) {
          // Another topic, or an older state of it: the end says nothing of what was read.
          one.question = 0;
        } else {
          one.answered(end);
        }
      }
    }
  }

  /** The question got no answer and is asked again. */
  void unanswered(long question) {
    for (Waiting one : waiting) {
      if (one.question == question) {
        one.question = 0;
      }
    }
  }

  /** Known otherwise: the position was committed so long ago that everybody has applied it. */
  List<Due> settled(String stream, long position, long now) {
    var due = new ArrayList<Due>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting one = all.next();
      if (one.stream.equals(stream) && one.position <= position) {
        due.add(new Due(one, answer(one, now, wallClock.get())));
        all.remove();
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
    return answer(new Waiting(stream, position, now), now, null);
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  private boolean isInForce(Waiting one, long now) {
    if (!one.committed) {
      return false;
    }
    if (now - one.committedAt > bound) {
      return true;
    }
    List<Consumers.Instance> registered = one.registered;
    if (registered == null) {
      if (!one.hasRead(acksPosition) || !isRegistrationKnown(now)) {
        return false;
      }
      registered = consumers.heardSince(one.askedAt - bound);
      one.registered = registered;
    }
    boolean all = true;
    for (Consumers.Instance instance : registered) {
      all &= one.isAppliedBy(instance) || !consumers.isRegistered(instance);
    }
    return all;
  }

  private boolean isRegistrationKnown(long now) {
    return !begun || allHaveSpoken || now - begunAt > bound;
  }

  private Receipt answer(Waiting one, long now, @Nullable Instant inForceAt) {
    List<Consumers.Instance> shown =
        one.registered != null ? one.registered : consumers.heardSince(now - bound);
    shown.forEach(one::isAppliedBy);
    return one.receipt(shown, inForceAt);
  }
}
