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
  record TimelinePage(List<Item> items, @Nullable PageStart behind, Opened keys) {
    TimelinePage(List<Item> items, @Nullable PageStart behind) {
      this(items, behind, Opened.NOTHING);
    }
  }

  private final HistorySettings settings;
  private final Clock clock;

  Timeline(HistorySettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  TimelinePage read(Snapshot snapshot, EventFilter filter) {
    EventReads.EventPage ledger =
        filter.sources().contains(Source.LEDGER)
            ? EventReads.read(snapshot, filter)
            : EventReads.EventPage.NOTHING;
    List<Found> activity =
        filter.sources().contains(Source.ACTIVITY)
            ? ActivityReads.read(snapshot, filter, settings.keptSince(clock.instant()))
            : List.of();
    if (ledger.end() != null && !activity.isEmpty()) {
      activity = until(timeOf(snapshot, ledger.end()), activity, filter);
    }
    List<Item> items = merged(ledger.found(), activity, filter);
    if (items.size() > filter.limit()) {
      List<Item> shown = items.subList(0, filter.limit());
      return new TimelinePage(shown, shown.getLast().place());
    }
    PageStart last = items.isEmpty() ? start(filter) : items.getLast().place();
    return new TimelinePage(
        items, ledger.end() == null ? null : new PageStart(ledger.end(), last.moment()));
  }

  // What comes behind it may have to stand behind events that weren't looked at.
  private static List<Found> until(Instant end, List<Found> activity, EventFilter filter) {
    return activity.stream()
        .takeWhile(one -> filter.newestFirst() ? one.at().isAfter(end) : one.at().isBefore(end))
        .toList();
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
              || (l < ledger.size() && isFirst(ledger.get(l), activity.get(a), filter));
      Found next = fromLedger ? ledger.get(l++) : activity.get(a++);
      place = place.behind(next);
      merged.add(new Item(next, place));
    }
    return merged;
  }

  private static boolean isFirst(Found ledger, Found activity, EventFilter filter) {
    return filter.newestFirst()
        ? !ledger.at().isBefore(activity.at())
        : !ledger.at().isAfter(activity.at());
  }
}
