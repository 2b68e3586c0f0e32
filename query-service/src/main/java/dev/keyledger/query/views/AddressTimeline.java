package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.addresses.AddressIndex;
import dev.keyledger.query.addresses.SoughtAddresses;
import dev.keyledger.query.views.Timeline.Item;
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
 * short, or empty, while there is a next one. Never is an event left out because it isn't indexed
 * yet: then the index is first brought level, or the answer is 503.
 */
@Component
final class AddressTimeline {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Events may be added between the index and the snapshot each time. */
  private static final int TRIES = 10;

  /** So many events are opened for a page. */
  private static final int OPENED = 500;

  /**
   * @param behind where the next part begins; {@code null} where there is none
   */
  record AddressPage(List<Item> items, @Nullable PageStart behind) {}

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
  ResponseEntity<AddressPage> of(
      Caller caller, String org, @Nullable String atLeast, EventFilter filter, AddressRange range) {
    OrganizationId organization =
        Objects.requireNonNull(reads.of(caller, org, atLeast, Snapshot::organization).getBody());
    long deadline = nanoTime.getAsLong() + PATIENCE.toNanos();
    for (int i = 0; i < TRIES; i++) {
      SoughtAddresses sought =
          index.seek(organization, range, deadline).orElseThrow(AddressTimeline::notIndexed);
      ResponseEntity<Optional<AddressPage>> read =
          reads.of(
              caller,
              org,
              atLeast,
              snapshot ->
                  sought.reaches(snapshot.position())
                      ? Optional.of(part(snapshot, filter, sought))
                      : Optional.empty());
      Optional<AddressPage> part = Objects.requireNonNull(read.getBody());
      if (part.isPresent()) {
        return ResponseEntity.status(read.getStatusCode())
            .headers(read.getHeaders())
            .body(part.get());
      }
    }
    throw notIndexed();
  }

  private static AddressPage part(Snapshot snapshot, EventFilter filter, SoughtAddresses sought) {
    if (!filter.sources().contains(EventFilter.Source.LEDGER)) {
      return new AddressPage(List.of(), null);
    }
    Optional<PositionRange> range = PositionRange.of(snapshot, filter.from(), filter.to());
    if (range.isEmpty()) {
      return new AddressPage(List.of(), null);
    }
    AddressPlaces places =
        sought.isIndexed() ? AddressPlaces.find(snapshot, filter, range.get(), sought) : null;
    // Where it is nearly everywhere, another index leads to fewer.
    if (places != null && places.end() != null && filter.isNarrow()) {
      places = null;
    }
    int most = Math.max(OPENED, filter.limit());
    List<Found> found =
        EventReads.read(snapshot, filter.of(most), places == null ? null : places.positions());
    Long end = places == null ? null : places.end();
    if (found.size() > most) {
      found = found.subList(0, most);
      end = positionOf(found.getLast());
    }
    List<Found> held = found.stream().filter(one -> isHeld(one, sought)).toList();
    if (held.size() > filter.limit()) {
      held = held.subList(0, filter.limit());
      end = positionOf(held.getLast());
    }
    return new AddressPage(
        held.stream().map(one -> new Item(one, PageStart.START)).toList(),
        end == null ? null : new PageStart(end, null));
  }

  private static boolean isHeld(Found found, SoughtAddresses sought) {
    return found instanceof Found.OfLedger one && sought.holds(one.event().origin().address());
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
