package dev.keyledger.delivery.events;

import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of all organisations, each organisation's without a gap, in bounded memory: the
 * oldest give way. Written by one thread, read by many; guarded by itself.
 */
final class EventTail {
  /** What of a run is looked at at once. */
  private static final int MOST_LOOKED_AT = 1_000;

  /** About what an organisation takes beside its events. */
  private static final int OF_A_RUN = 300;

  /** An organisation's events from a position on, up to the newest. */
  private static final class Run {
    private final OrganizationId organization;
    private final NavigableMap<Long, PublishedEvent> events = new TreeMap<>();
    private long from;

    Run(OrganizationId organization, long from) {
      this.organization = organization;
      this.from = from;
    }

    @Nullable PublishedEvent drop() {
      Map.Entry<Long, PublishedEvent> gone = events.pollFirstEntry();
      if (gone == null) {
        return null;
      }
      from = gone.getKey() + 1;
      return gone.getValue();
    }

    /** The position of the newest, which may be held no more. */
    long head() {
      return from + events.size() - 1;
    }
  }

  /**
   * What is held behind a place.
   *
   * @param next the last position that was looked at
   * @param more whether there may be more of what is asked for
   * @param whole whether nothing is known to be behind: who comes from further on knows more
   */
  record Piece(List<PublishedEvent> events, long next, boolean more, boolean whole) {}

  private final Waiters waiters = new Waiters();
  private final long capacity;
  private final Map<OrganizationId, Run> runs = new HashMap<>();
  private final ArrayDeque<Run> oldest = new ArrayDeque<>();
  private final Map<Integer, Long> starts = new HashMap<>();
  private final Map<Integer, Long> reached = new HashMap<>();

  /** Of which history has shown that the topic lacks nothing of it. */
  private final Set<Integer> believed = new HashSet<>();

  private String topic = "";
  private long size;

  /**
   * @param capacity in bytes, about
   */
  EventTail(long capacity) {
    this.capacity = capacity;
  }

  Waiters waiters() {
    return waiters;
  }

  /** Nothing is held any more; what comes is of that topic. */
  synchronized void begin(String read) {
    runs.clear();
    oldest.clear();
    starts.clear();
    reached.clear();
    believed.clear();
    size = 0;
    topic = read;
  }

  /** All before that offset was read of a partition; the first time it says where that began. */
  synchronized void reached(int partition, long offset) {
    starts.putIfAbsent(partition, offset);
    reached.put(partition, offset);
  }

  /**
   * @param event {@code null} for one that can't be read: what is behind it isn't told before it
   */
  synchronized void add(
      OrganizationId organization, long position, @Nullable PublishedEvent event) {
    Run run = runs.get(organization);
    if (run == null) {
      run = begin(organization, position);
    }
    if (position <= run.head()) {
      // It was read before: a poll is repeated after a failure.
      return;
    }
    if (position != run.head() + 1 || event == null) {
      run.events.values().forEach(one -> size -= one.size());
      run.events.clear();
      run.from = event == null ? position + 1 : position;
    }
    if (event != null) {
      run.events.put(position, event);
      oldest.addLast(run);
      size += event.size();
      makeRoom();
    }
    waiters.newsOf(organization.value());
  }

  private Run begin(OrganizationId organization, long from) {
    var run = new Run(organization, from);
    runs.put(organization, run);
    oldest.addLast(run);
    size += OF_A_RUN;
    return run;
  }

  private void makeRoom() {
    while (size > capacity && !oldest.isEmpty()) {
      Run run = oldest.removeFirst();
      PublishedEvent gone = run.drop();
      if (gone != null) {
        size -= gone.size();
      } else if (runs.remove(run.organization, run)) {
        size -= OF_A_RUN;
      }
    }
  }

  /** What is told of it history decides, until something comes again. */
  synchronized void forget(OrganizationId organization) {
    Run run = runs.remove(organization);
    if (run != null) {
      run.events.values().forEach(one -> size -= one.size());
      run.events.clear();
      size -= OF_A_RUN;
    }
    waiters.newsOf(organization.value());
  }

  /**
   * Takes note that of an organisation, of which nothing came since this has begun to read, nothing
   * lies between a position and what is to come.
   *
   * @param offset of its partition in that topic: all of the organisation before it is at or before
   *     the position
   * @return whether it is so
   */
  synchronized boolean beginsBehind(
      OrganizationId organization, long position, String of, long offset) {
    if (!believes(Topics.partitionOf(organization), of, offset)) {
      return false;
    }
    if (!runs.containsKey(organization)) {
      begin(organization, position + 1);
      makeRoom();
    }
    return true;
  }

  /**
   * Nothing is told from memory before that: a topic that was made anew is filled from the first
   * event on, and what is newest in it is old until then.
   *
   * @param offset up to which history has all of a topic that lacks nothing of it
   */
  synchronized boolean believes(int partition, String of, long offset) {
    Long start = starts.get(partition);
    Long read = reached.get(partition);
    if (!topic.equals(of) || start == null || read == null || offset < start) {
      return false;
    }
    if (read >= offset) {
      believed.add(partition);
    }
    return believed.contains(partition);
  }

  private @Nullable Run believed(OrganizationId organization) {
    return believed.contains(Topics.partitionOf(organization)) ? runs.get(organization) : null;
  }

  /** Whether anything is known of it. */
  synchronized boolean knows(OrganizationId organization) {
    return believed(organization) != null;
  }

  /** The newest position; {@code null} where it isn't known here. */
  synchronized @Nullable Long head(OrganizationId organization) {
    Run run = believed(organization);
    return run == null ? null : run.head();
  }

  /** The position from which on all is held; {@code null} where nothing is known. */
  synchronized @Nullable Long first(OrganizationId organization) {
    Run run = believed(organization);
    return run == null ? null : run.from;
  }

  /**
   * {@code null} where not all behind the place is held.
   *
   * @param bytes of records at most, where it is more than one
   */
  synchronized @Nullable Piece read(
      OrganizationId organization, long after, EventFilter filter, int atMost, int bytes) {
    Run run = believed(organization);
    if (run == null || after < run.from - 1) {
      return null;
    }
    if (after > run.head()) {
      return new Piece(List.of(), after, false, false);
    }
    var found = new ArrayList<PublishedEvent>();
    long next = after;
    int looked = 0;
    long taken = 0;
    for (PublishedEvent event : run.events.tailMap(after, false).values()) {
      if (looked++ == MOST_LOOKED_AT) {
        return new Piece(found, next, true, true);
      }
      if (filter.wants(event.type())) {
        taken += event.bytes();
        if (found.size() == atMost || !found.isEmpty() && taken > bytes) {
          return new Piece(found, next, true, true);
        }
        found.add(event);
      }
      next = event.position();
    }
    return new Piece(found, next, false, true);
  }

  /**
   * The position of the last that the filter wants up to another one; {@code null} where that isn't
   * known here.
   */
  synchronized @Nullable Long previous(OrganizationId organization, long upTo, EventFilter filter) {
    Run run = believed(organization);
    if (run == null) {
      return null;
    }
    for (PublishedEvent event : run.events.headMap(upTo, true).descendingMap().values()) {
      if (filter.wants(event.type())) {
        return event.position();
      }
    }
    return null;
  }

  /** Which topic it is of. */
  synchronized String topic() {
    return topic;
  }

  synchronized long size() {
    return size;
  }
}
