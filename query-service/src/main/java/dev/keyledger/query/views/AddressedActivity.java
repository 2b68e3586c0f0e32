package dev.keyledger.query.views;

import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.query.addresses.SoughtNetworks;
import dev.keyledger.query.views.PageStart.Moment;
import dev.keyledger.query.views.Timeline.ActivityPart;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened beside the ledger in a network of a range, perhaps, by the rest of a question. */
final class AddressedActivity {
  private AddressedActivity() {}

  /**
   * Whether any that tells of a network may be what is asked for. Where none can be, none is looked
   * for: what that didn't come to would hold the ledger's events back.
   */
  static boolean isWanted(EventFilter filter) {
    return filter.sources().contains(EventFilter.Source.ACTIVITY)
        && ActivityReads.canBe(filter)
        && filter.member() == null
        && filter.session() == null
        && filter.actor() == null
        && (filter.types().isEmpty()
            || filter.types().stream().anyMatch(ActivityTypes.withNetwork()::contains));
  }

  /**
   * @param keptSince the first instant that is shown
   * @param sought {@code null} where none is asked for
   * @return what has to be opened
   */
  static ActivityPart look(
      Snapshot snapshot, EventFilter filter, Instant keptSince, @Nullable SoughtNetworks sought) {
    if (sought == null) {
      return ActivityPart.NOTHING;
    }
    WalkedPlaces<Moment> places = ActivityPlaces.find(snapshot, filter, keptSince, sought);
    int most = Math.max(AddressedEvents.OPENED, filter.limit());
    List<Found> found = ActivityReads.among(snapshot, filter.of(most), keptSince, places.places());
    if (found.size() > most) {
      List<Found> shown = found.subList(0, most);
      return new ActivityPart(shown, PageStart.START.behind(shown.getLast()).moment());
    }
    return new ActivityPart(found, places.end());
  }
}
