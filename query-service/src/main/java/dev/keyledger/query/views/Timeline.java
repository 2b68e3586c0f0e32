package dev.keyledger.query.views;

import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.activity.HistorySettings;
import dev.keyledger.query.views.EventFilter.Source;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The ledger's events and what happened beside them, as one list. */
@Component
final class Timeline {
  /**
   * @param place behind it
   */
  record Item(Found found, PageStart place) {}

  /**
   * @param behind where the next page begins, which there may be behind a short one, or an empty
   *     one; {@code null} where there is none
   * @param keys that were needed to find them
   */
  record TimelinePage(List<Item> items, @Nullable PageStart behind, Opened keys) {}

  /**
   * What was found of the ledger.
   *
   * @param end the last position that was looked at, behind which there may be more; {@code null}
   *     where that is all
   * @param endedAt its time; {@code null} where there is no activity that might lie behind
   */
  record LedgerPart(List<Found> found, @Nullable Long end, @Nullable Instant endedAt) {
    static LedgerPart of(
        Snapshot snapshot, List<Found> found, @Nullable Long end, ActivityPart beside) {
      boolean alone = beside.found().isEmpty() && beside.end() == null;
      return new LedgerPart(found, end, end == null || alone ? null : timeOf(snapshot, end));
    }
  }

  /**
   * What was found beside it.
   *
   * @param end as the ledger's
   */
  record ActivityPart(List<Found> found, PageStart.@Nullable Moment end) {
    static final ActivityPart NOTHING = new ActivityPart(List.of(), null);
  }

  private final HistorySettings settings;
  private final Clock clock;

  Timeline(HistorySettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The first instant whose activity is shown. */
  Instant keptSince() {
    return settings.keptSince(clock.instant());
  }

  TimelinePage read(Snapshot snapshot, EventFilter filter) {
    EventReads.EventPage ledger =
        filter.sources().contains(Source.LEDGER)
            ? EventReads.read(snapshot, filter)
            : EventReads.EventPage.NOTHING;
    ActivityPart activity =
        filter.sources().contains(Source.ACTIVITY)
            ? new ActivityPart(ActivityReads.read(snapshot, filter, keptSince()), null)
            : ActivityPart.NOTHING;
    return merge(
        LedgerPart.of(snapshot, ledger.found(), ledger.end(), activity),
        activity,
        filter,
        Opened.NOTHING);
  }

  /**
   * One page of what was found, as far as it is known that nothing else comes in between.
   *
   * @param keys that were needed to find it
   */
  static TimelinePage merge(
      LedgerPart ledger, ActivityPart activity, EventFilter filter, Opened keys) {
    List<Found> events = ledger.found();
    List<Found> others = activity.found();
    Long position = ledger.end();
    PageStart.Moment moment = activity.end();
    Instant endedAt = ledger.endedAt();
    if (endedAt != null && (moment == null || isFirst(endedAt, moment.at(), filter))) {
      // What comes behind it may have to stand behind events that weren't looked at.
      others = others.stream().takeWhile(one -> !isFirst(endedAt, one.at(), filter)).toList();
      moment = null;
    } else if (moment != null) {
      Instant until = moment.at();
      events = events.stream().takeWhile(one -> isFirst(one.at(), until, filter)).toList();
      position = null;
    }
    List<Item> items = merged(events, others, filter);
    if (items.size() > filter.limit()) {
      List<Item> shown = items.subList(0, filter.limit());
      return new TimelinePage(shown, shown.getLast().place(), keys);
    }
    if (position == null && moment == null) {
      return new TimelinePage(items, null, keys);
    }
    PageStart last = items.isEmpty() ? start(filter) : items.getLast().place();
    return new TimelinePage(
        items,
        new PageStart(
            position == null ? last.position() : position, moment == null ? last.moment() : moment),
        keys);
  }

  private static Instant timeOf(Snapshot snapshot, long position) {
    return snapshot
        .sql("select at from events@ where organization = :organization and position = :position")
        .param("position", position)
        .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .single();
  }

  private static PageStart start(EventFilter filter) {
    return filter.behind() == null ? PageStart.START : filter.behind();
  }

  // Each source keeps its own order: the ledger's is by position, whatever its clocks said.
  private static List<Item> merged(List<Found> ledger, List<Found> activity, EventFilter filter) {
    PageStart place = start(filter);
    List<Item> merged = new ArrayList<>();
    int l = 0;
    int a = 0;
    while (merged.size() <= filter.limit() && l + a < ledger.size() + activity.size()) {
      boolean fromLedger =
          a == activity.size()
              || (l < ledger.size() && isFirst(ledger.get(l).at(), activity.get(a).at(), filter));
      Found next = fromLedger ? ledger.get(l++) : activity.get(a++);
      place = place.behind(next);
      merged.add(new Item(next, place));
    }
    return merged;
  }

  private static boolean isFirst(Instant ledger, Instant activity, EventFilter filter) {
    return filter.newestFirst() ? !ledger.isBefore(activity) : !ledger.isAfter(activity);
  }
}
