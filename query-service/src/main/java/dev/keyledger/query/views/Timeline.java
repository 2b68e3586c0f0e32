package dev.keyledger.query.views;

import dev.keyledger.query.activity.HistorySettings;
import dev.keyledger.query.views.EventFilter.Source;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** The ledger's events and what happened beside them, as one list. */
@Component
final class Timeline {
  /**
   * @param place behind it
   */
  record Item(Found found, PageStart place) {}

  private final HistorySettings settings;
  private final Clock clock;

  Timeline(HistorySettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** One more than the limit, where there are so many. */
  List<Item> read(Snapshot snapshot, EventFilter filter) {
    List<Found> ledger =
        filter.sources().contains(Source.LEDGER) ? EventReads.read(snapshot, filter) : List.of();
    List<Found> activity =
        filter.sources().contains(Source.ACTIVITY)
            ? ActivityReads.read(snapshot, filter, settings.keptSince(clock.instant()))
            : List.of();
    return merged(ledger, activity, filter);
  }

  // Each source keeps its own order: the ledger's is by position, whatever its clocks said.
  private static List<Item> merged(List<Found> ledger, List<Found> activity, EventFilter filter) {
    PageStart place = filter.behind() == null ? PageStart.START : filter.behind();
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
