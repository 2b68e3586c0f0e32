package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.addresses.AddressIndex;
import dev.keyledger.query.addresses.NetworkIndex;
import dev.keyledger.query.addresses.SoughtAddresses;
import dev.keyledger.query.addresses.SoughtNetworks;
import dev.keyledger.query.views.EventFilter.Source;
import dev.keyledger.query.views.Timeline.ActivityPart;
import dev.keyledger.query.views.Timeline.LedgerPart;
import dev.keyledger.query.views.Timeline.TimelinePage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * History by where it came from, together with whatever else is asked for: the ledger's events by
 * their address, and what tells of a network by whether it has an address of the range.
 *
 * <p>Everything that is found is opened, and is in the answer only if it lies in the range: the
 * indexes merely say where to look. A page looks through so many of each source at most, so it may
 * be short, or empty, while there is a next one. Keys of people are asked for once in a request,
 * and until its time is over. Never is anything left out because it isn't indexed yet: of events
 * the index is first brought level, or the answer is 503; activity that isn't in its own yet is
 * looked at all the same.
 */
@Component
final class AddressTimeline {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Events may be added between the index and the snapshot each time. */
  private static final int TRIES = 10;

  private final Reads reads;
  private final AddressIndex index;
  private final NetworkIndex networks;
  private final Timeline timeline;
  private final LongSupplier nanoTime;

  AddressTimeline(Reads reads, AddressIndex index, NetworkIndex networks, Timeline timeline) {
    this.reads = reads;
    this.index = index;
    this.networks = networks;
    this.timeline = timeline;
    this.nanoTime = System::nanoTime;
  }

  /**
   * What a range is looked for by in each source; {@code null} in one that isn't asked for.
   *
   * @param opened the data keys that were asked for
   */
  private record Sought(
      @Nullable SoughtAddresses ledger, @Nullable SoughtNetworks activity, Opened opened) {
    boolean reaches(Snapshot snapshot) {
      return (ledger == null || ledger.reaches(snapshot.position()))
          && (activity == null || ActivityPlaces.areAllOf(snapshot, activity));
    }
  }

  /** What may be in the range, before it is opened. */
  private record Looked(LedgerPart ledger, ActivityPart activity) {}

  /**
   * @throws ProblemException as {@link Reads}; 503 {@code addresses_not_indexed}
   */
  ResponseEntity<TimelinePage> of(
      Caller caller, String org, @Nullable String atLeast, EventFilter filter, AddressRange range) {
    OrganizationId organization =
        Objects.requireNonNull(reads.of(caller, org, atLeast, Snapshot::organization).getBody());
    long deadline = nanoTime.getAsLong() + PATIENCE.toNanos();
    Instant keptSince = timeline.keptSince();
    Opened has = Opened.NOTHING;
    for (int i = 0; i < TRIES; i++) {
      Sought sought = seek(organization, filter, range, has, deadline);
      has = sought.opened();
      ResponseEntity<Optional<Looked>> read =
          reads.of(
              caller,
              org,
              atLeast,
              snapshot ->
                  sought.reaches(snapshot)
                      ? Optional.of(look(snapshot, filter, keptSince, sought))
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

  private Sought seek(
      OrganizationId organization,
      EventFilter filter,
      AddressRange range,
      Opened has,
      long deadline) {
    SoughtAddresses ledger =
        filter.sources().contains(Source.LEDGER)
            ? index
                .seek(organization, range, has, deadline)
                .orElseThrow(AddressTimeline::notIndexed)
            : null;
    Opened opened = ledger == null || !ledger.isIndexed() ? has : ledger.opened();
    SoughtNetworks activity =
        AddressedActivity.isWanted(filter)
            ? networks
                .seek(organization, range, opened, deadline)
                .orElseThrow(AddressTimeline::notIndexed)
            : null;
    return new Sought(ledger, activity, activity == null ? opened : activity.opened());
  }

  private static Looked look(
      Snapshot snapshot, EventFilter filter, Instant keptSince, Sought sought) {
    ActivityPart activity = AddressedActivity.look(snapshot, filter, keptSince, sought.activity());
    AddressedEvents events = AddressedEvents.look(snapshot, filter, sought.ledger());
    return new Looked(LedgerPart.of(snapshot, events.found(), events.end(), activity), activity);
  }

  // In no transaction: it may take as long as token-service does.
  private TimelinePage page(Looked looked, EventFilter filter, Sought sought, long deadline) {
    LedgerPart ledger = looked.ledger();
    ActivityPart activity = looked.activity();
    List<SealedText> sealed = new ArrayList<>();
    ledger.found().forEach(one -> add(sealed, addressOf(one)));
    activity.found().forEach(one -> add(sealed, networkOf(one).sealed()));
    Opened keys = index.open(sought.opened(), sealed, deadline);
    if (!keys.complete()) {
      throw notIndexed();
    }
    return Timeline.merge(
        new LedgerPart(
            ledger.found().stream().filter(one -> isIn(sought.ledger(), one, keys)).toList(),
            ledger.end(),
            ledger.endedAt()),
        new ActivityPart(
            activity.found().stream().filter(one -> isIn(sought.activity(), one, keys)).toList(),
            activity.end()),
        filter,
        keys);
  }

  private static void add(List<SealedText> sealed, @Nullable SealedText one) {
    if (one != null) {
      sealed.add(one);
    }
  }

  private static boolean isIn(@Nullable SoughtAddresses sought, Found found, Opened keys) {
    return sought != null && sought.holds(addressOf(found), keys);
  }

  private static boolean isIn(@Nullable SoughtNetworks sought, Found found, Opened keys) {
    Found.OfNetwork network = networkOf(found);
    return sought != null && sought.overlaps(network.name(), network.sealed(), keys);
  }

  private static @Nullable SealedText addressOf(Found found) {
    return found instanceof Found.OfLedger one ? one.event().origin().address() : null;
  }

  private static Found.OfNetwork networkOf(Found found) {
    return found instanceof Found.OfActivity one && one.network() != null
        ? one.network()
        : new Found.OfNetwork(null, null);
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
