package dev.keyledger.delivery.events;

import dev.keyledger.delivery.DeliverySettings;
import dev.keyledger.delivery.events.EventHistory.HistoryPage;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.delivery.feed.Waiters;
import dev.keyledger.events.id.OrganizationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * An organisation's events from any position on, each once and in order: from memory where it holds
 * all that is behind, and from history where it doesn't.
 */
@Component
public final class EventFeed {
  private static final long TOO_LONG = Duration.ofDays(1).toNanos();

  private final EventTail tail;
  private final LiveEvents live;
  private final EventHistory history;
  private final Duration maxStaleness;

  EventFeed(EventTail tail, LiveEvents live, EventHistory history, DeliverySettings settings) {
    this.tail = tail;
    this.live = live;
    this.history = history;
    this.maxStaleness = settings.maxStaleness();
  }

  /**
   * How far somebody has been told.
   *
   * @param after the position; -1 for nothing
   * @param known whether it is known which one was told last
   * @param previous its position, if it is known; {@code null} for none
   */
  public record Place(long after, boolean known, @Nullable Long previous) {
    public static Place behind(long position) {
      return new Place(position, false, null);
    }
  }

  /**
   * @param previous the position of the one before among those of these types
   */
  public record Told(PublishedEvent event, @Nullable Long previous) {
    public String json() {
      return event.json(previous);
    }
  }

  /**
   * @param more whether there is more already
   * @param soon whether it is worth reading on at once, since there may be more
   * @param age all that had been published so long ago is in it, in what was told before or, where
   *     there is more, in what follows; {@code null} while that can't be told
   * @param readAt when that was so, by the monotonic clock
   */
  public record Reading(
      List<Told> events,
      Place next,
      boolean more,
      boolean soon,
      @Nullable Duration age,
      boolean fresh,
      long readAt) {}

  /**
   * What comes behind a place; empty where there is no such organisation.
   *
   * @param atMost events, at least 1
   * @param bytes of records at most, where it is more than one
   * @throws HistoryAwayException while it can't be told
   */
  public Optional<Reading> read(
      OrganizationId organization, Place place, EventFilter filter, int atMost, int bytes) {
    String topic = tail.topic();
    long readAt = System.nanoTime();
    long age = live.ageNanos();
    EventTail.Piece piece = tail.read(organization, place.after(), filter, atMost, bytes);
    Place from = place;
    if (piece == null) {
      HistoryPage page = history.behind(organization, place.after(), filter, atMost, bytes);
      if (page.position() < 0 && !tail.knows(organization)) {
        return Optional.empty();
      }
      if (!page.items().isEmpty()) {
        return Optional.of(ofHistory(organization, place, page, readAt));
      }
      // None of these types is there up to where history is, from which on memory may have all.
      // Of one that has come further than history it can't tell which was before.
      from =
          page.position() < place.after()
              ? place
              : new Place(page.position(), true, page.previous());
      noteEnd(organization, page);
      piece = tail.read(organization, from.after(), filter, atMost, bytes);
      if (piece == null) {
        // Of one that is halted it isn't worth asking often.
        boolean soon = page.upTo() != null && tail.knows(organization);
        return Optional.of(nothing(from, soon, readAt));
      }
    }
    if (!piece.events().isEmpty() && !from.known()) {
      Place known = knowingPrevious(organization, from, filter);
      if (known == null) {
        return Optional.of(nothing(from, false, readAt));
      }
      from = known;
    }
    boolean known =
        age < TOO_LONG && piece.whole() && !topic.isEmpty() && tail.topic().equals(topic);
    return Optional.of(ofMemory(from, piece, known ? age : -1, readAt));
  }

  private static Reading nothing(Place from, boolean soon, long readAt) {
    return new Reading(List.of(), from, false, soon, null, false, readAt);
  }

  private void noteEnd(OrganizationId organization, HistoryPage page) {
    EventHistory.Mark upTo = page.upTo();
    if (upTo != null && page.position() >= 0) {
      boolean unused =
          tail.beginsBehind(organization, page.position(), upTo.topic(), upTo.offset());
    }
  }

  private static Reading ofHistory(
      OrganizationId organization, Place place, HistoryPage page, long readAt) {
    var told = new ArrayList<Told>();
    Long previous = page.previous();
    for (EventHistory.Item item : page.items()) {
      Optional<PublishedEvent> event =
          PublishedEvent.of(organization, item.position(), item.record());
      if (event.isEmpty()) {
        // A newer release may be able to. Nothing is told past it.
        break;
      }
      told.add(new Told(event.get(), previous));
      previous = item.position();
    }
    // Whether memory goes on from there is found out by reading on.
    boolean soon = !page.more();
    return told.isEmpty()
        ? nothing(place, false, readAt)
        : new Reading(
            told,
            new Place(told.getLast().event().position(), true, previous),
            page.more(),
            soon,
            null,
            false,
            readAt);
  }

  private Reading ofMemory(Place from, EventTail.Piece piece, long age, long readAt) {
    var told = new ArrayList<Told>();
    Long previous = from.previous();
    for (PublishedEvent event : piece.events()) {
      told.add(new Told(event, previous));
      previous = event.position();
    }
    Duration old = age < 0 ? null : Duration.ofNanos(age);
    return new Reading(
        told,
        new Place(piece.next(), from.known() || !told.isEmpty(), previous),
        piece.more(),
        false,
        old,
        old != null && old.compareTo(maxStaleness) < 0,
        readAt);
  }

  /**
   * The same place, with the last one of these types up to it; {@code null} where neither memory
   * nor history can tell yet.
   */
  private @Nullable Place knowingPrevious(
      OrganizationId organization, Place place, EventFilter filter) {
    long upTo = place.after();
    if (upTo < 0) {
      return new Place(upTo, true, null);
    }
    if (filter.isOfAll()) {
      return new Place(upTo, true, upTo);
    }
    Long held = tail.previous(organization, upTo, filter);
    if (held != null) {
      return new Place(upTo, true, held);
    }
    Long first = tail.first(organization);
    HistoryPage page = history.behind(organization, upTo, filter, 0, 0);
    boolean knows = first != null && page.position() >= Math.min(upTo, first - 1);
    return knows ? new Place(upTo, true, page.previous()) : null;
  }

  /**
   * The newest position; empty where there is no such organisation.
   *
   * @throws HistoryAwayException while it can't be told
   */
  public Optional<Long> head(OrganizationId organization) {
    Long held = tail.head(organization);
    if (held != null) {
      return Optional.of(held);
    }
    HistoryPage page = history.behind(organization, -1, EventFilter.EVERYTHING, 0, 0);
    noteEnd(organization, page);
    return page.position() < 0 ? Optional.empty() : Optional.of(page.position());
  }

  /** The same, told now: where it took a while to tell what came before, it is older. */
  public Reading aged(Reading reading) {
    Duration age = reading.age();
    if (age == null) {
      return reading;
    }
    long at = System.nanoTime();
    Duration now = age.plusNanos(at - reading.readAt());
    return new Reading(
        reading.events(),
        reading.next(),
        reading.more(),
        reading.soon(),
        now,
        now.compareTo(maxStaleness) < 0,
        at);
  }

  /** From now on that one hears of the organisation's events. */
  public Waiters.Waiter join(OrganizationId organization) {
    return tail.waiters().join(new FeedScope.Of(organization));
  }

  /** Whoever waits is woken, to look why. */
  public void wakeAll() {
    tail.waiters().wakeAll();
  }
}
