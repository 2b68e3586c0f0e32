package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.addresses.AddressIndex;
import dev.keyledger.query.addresses.SoughtAddresses;
import dev.keyledger.query.views.Timeline.Item;
import dev.keyledger.query.views.Timeline.TimelinePage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * History by where it came from, together with whatever else is asked for. Activity has no
 * addresses.
 *
 * <p>Everything that is found is opened, and is in the answer only if its address lies in the
 * range: the index merely says where to look. A page looks through so many at most, so it may be
 * short, or empty, while there is a next one. Keys of people are asked for once in a request, and
 * until its time is over. Never is an event left out because it isn't indexed yet: then the index
 * is first brought level, or the answer is 503.
 */
@Component
final class AddressTimeline {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Events may be added between the index and the snapshot each time. */
  private static final int TRIES = 10;

  /** So many events are opened for a page. */
  private static final int OPENED = 500;

  private final Reads reads;
  private final AddressIndex index;
  private final LongSupplier nanoTime;

  AddressTimeline(Reads reads, AddressIndex index) {
    this.reads = reads;
    this.index = index;
    this.nanoTime = System::nanoTime;
  }

  /**
   * @throws ProblemException as {@link Reads}; 503 {@code addresses_not_indexed}
   */
  ResponseEntity<TimelinePage> of(
      Caller caller, String org, @Nullable String atLeast, EventFilter filter, AddressRange range) {
    OrganizationId organization =
        Objects.requireNonNull(reads.of(caller, org, atLeast, Snapshot::organization).getBody());
    long deadline = nanoTime.getAsLong() + PATIENCE.toNanos();
    Opened has = Opened.NOTHING;
    for (int i = 0; i < TRIES; i++) {
      SoughtAddresses sought =
          index.seek(organization, range, has, deadline).orElseThrow(AddressTimeline::notIndexed);
      has = sought.opened();
      ResponseEntity<Optional<Looked>> read =
          reads.of(
              caller,
              org,
              atLeast,
              snapshot ->
                  sought.reaches(snapshot.position())
                      ? Optional.of(look(snapshot, filter, sought))
                      : Optional.empty());
      Optional<Looked> looked = Objects.requireNonNull(read.getBody());
      if (looked.isPresent()) {
        return ResponseEntity.status(read.getStatusCode())
            .headers(read.getHeaders())
            .body(page(looked.get(), filter, sought, deadline));
      }
    }
    throw notIndexed();
  }

  /**
   * @param found what has to be opened
   * @param end the last position that was looked at; {@code null} where there is none behind
   */
  private record Looked(List<Found> found, @Nullable Long end) {}

  private static Looked look(Snapshot snapshot, EventFilter filter, SoughtAddresses sought) {
    if (!filter.sources().contains(EventFilter.Source.LEDGER)) {
      return new Looked(List.of(), null);
    }
    Optional<PositionRange> range = PositionRange.of(snapshot, filter.from(), filter.to());
    if (range.isEmpty()) {
      return new Looked(List.of(), null);
    }
    AddressPlaces places =
        sought.isIndexed() ? AddressPlaces.find(snapshot, filter, range.get(), sought) : null;
    // Where it is nearly everywhere, another index leads to fewer.
    if (places != null && places.end() != null && filter.isNarrow()) {
      places = null;
    }
    int most = Math.max(OPENED, filter.limit());
    EventReads.EventPage read =
        EventReads.read(snapshot, filter.of(most), places == null ? null : places.positions());
    List<Found> found = read.found();
    if (found.size() > most) {
      List<Found> shown = found.subList(0, most);
      return new Looked(shown, positionOf(shown.getLast()));
    }
    return new Looked(found, places == null ? read.end() : places.end());
  }

  // In no transaction: it may take as long as token-service does.
  private TimelinePage page(
      Looked looked, EventFilter filter, SoughtAddresses sought, long deadline) {
    List<SealedText> addresses =
        looked.found().stream()
            .map(AddressTimeline::addressOf)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .toList();
    Opened keys = index.open(sought.opened(), addresses, deadline);
    if (!keys.complete()) {
      throw notIndexed();
    }
    List<Found> held =
        looked.found().stream().filter(one -> sought.holds(addressOf(one), keys)).toList();
    Long end = looked.end();
    if (held.size() > filter.limit()) {
      held = held.subList(0, filter.limit());
      end = positionOf(held.getLast());
    }
    return new TimelinePage(
        held.stream().map(one -> new Item(one, PageStart.START)).toList(),
        end == null ? null : new PageStart(end, null),
        keys);
  }

  private static @Nullable SealedText addressOf(Found found) {
    return found instanceof Found.OfLedger one ? one.event().origin().address() : null;
  }

  private static long positionOf(Found found) {
    return ((Found.OfLedger) found).event().position();
  }

  private static ProblemException notIndexed() {
    return Problem.of(
            503,
            "addresses_not_indexed",
            "The addresses of what is shown can't all be searched yet; it is worth asking again.")
        .withHeader("Retry-After", "5")
        .toException();
  }
}
