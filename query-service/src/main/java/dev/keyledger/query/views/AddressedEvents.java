package dev.keyledger.query.views;

import dev.keyledger.query.addresses.SoughtAddresses;
import dev.keyledger.query.views.EventFilter.Source;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's events that may have come from a range, by the rest of a question.
 *
 * @param found what has to be opened
 * @param end the last position that was looked at; {@code null} where there is none behind
 */
record AddressedEvents(List<Found> found, @Nullable Long end) {
  /** So many are opened for a page. */
  static final int OPENED = 500;

  private static final AddressedEvents NOTHING = new AddressedEvents(List.of(), null);

  /**
   * @param sought {@code null} where the ledger isn't asked for
   */
  static AddressedEvents look(
      Snapshot snapshot, EventFilter filter, @Nullable SoughtAddresses sought) {
    if (sought == null || !filter.sources().contains(Source.LEDGER)) {
      return NOTHING;
    }
    Optional<PositionRange> range = PositionRange.of(snapshot, filter.from(), filter.to());
    if (range.isEmpty()) {
      return NOTHING;
    }
    WalkedPlaces<Long> places =
        sought.isIndexed() ? AddressPlaces.find(snapshot, filter, range.get(), sought) : null;
    // Where it is nearly everywhere, another index leads to fewer.
    if (places != null && places.end() != null && filter.isNarrow()) {
      places = null;
    }
    int most = Math.max(OPENED, filter.limit());
    EventReads.EventPage read =
        EventReads.read(snapshot, filter.of(most), places == null ? null : places.places());
    List<Found> found = read.found();
    if (found.size() > most) {
      List<Found> shown = found.subList(0, most);
      return new AddressedEvents(shown, ((Found.OfLedger) shown.getLast()).event().position());
    }
    return new AddressedEvents(found, places == null ? read.end() : places.end());
  }
}
