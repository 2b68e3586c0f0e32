package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.EventFilter.Source;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The ledger's events as history shows them, by their positions in the organisation's stream. */
@Component
public final class HistoryPages implements ExportPages {
  private final Reads reads;
  private final History history;

  HistoryPages(Reads reads, History history) {
    this.reads = reads;
    this.history = history;
  }

  @Override
  public ResponseEntity<End> end(Caller caller, String org, @Nullable String atLeast) {
    return reads.of(
        caller, org, atLeast, snapshot -> new End(snapshot.organization(), snapshot.position()));
  }

  @Override
  public Shown page(Caller caller, String org, long from, long to, int limit) {
    EventFilter filter = EventFilter.oldestFirst(Source.LEDGER, from - 1, limit);
    List<Found> found =
        Objects.requireNonNull(
            reads
                .of(caller, org, null, snapshot -> EventReads.read(snapshot, filter).found())
                .getBody());
    List<Found.OfLedger> page =
        found.stream()
            .limit(limit)
            .map(Found.OfLedger.class::cast)
            .filter(one -> one.event().position() < to)
            .toList();
    return shown(page, filter);
  }

  private Shown shown(List<Found.OfLedger> page, EventFilter filter) {
    Opened people = history.open(page);
    return new Shown(
        page.stream()
            .map(one -> new Positioned(one.event().position(), History.shown(one, filter, people)))
            .toList(),
        people.complete());
  }

  private record CollectedLedger(List<Found.OfLedger> page, long end) {}

  @Override
  public ToldPart told(OrganizationId organization, long from, int limit) {
    EventFilter filter = EventFilter.oldestFirst(Source.LEDGER, from - 1, Math.max(1, limit));
    CollectedLedger behind =
        reads
            .internally(
                organization,
                snapshot ->
                    new CollectedLedger(
                        limit == 0 || snapshot.position() < from
                            ? List.of()
                            : EventReads.read(snapshot, filter).found().stream()
                                .limit(limit)
                                .map(Found.OfLedger.class::cast)
                                .toList(),
                        snapshot.position()))
            .orElse(null);
    if (behind == null) {
      return ToldPart.NOTHING;
    }
    // Outside of the snapshot: it asks another service.
    Shown shown = shown(behind.page(), filter);
    return new ToldPart(shown.lines(), shown.complete(), behind.end());
  }

  @Override
  public void mustBeWithin(long from, long to) {
    Parameters.mustBeWithin(from, to);
  }
}
