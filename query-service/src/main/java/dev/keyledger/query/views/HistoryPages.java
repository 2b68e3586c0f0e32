package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.EventFilter.Source;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The ledger's events as history shows them, oldest first, for what writes all of them. */
@Component
public final class HistoryPages {
  /**
   * @param position the last one that there is
   */
  public record End(OrganizationId organization, long position) {}

  /**
   * @param complete whether all that is personal could be opened, or is erased
   */
  public record Shown(List<History.Event> events, boolean complete) {}

  private final Reads reads;
  private final History history;

  HistoryPages(Reads reads, History history) {
    this.reads = reads;
    this.history = history;
  }

  /** The answer has the headers of every read. */
  public ResponseEntity<End> end(Caller caller, String org, @Nullable String atLeast) {
    return reads.of(
        caller, org, atLeast, snapshot -> new End(snapshot.organization(), snapshot.position()));
  }

  /**
   * @param from first position
   * @param to first position that is too late
   */
  public Shown page(Caller caller, String org, long from, long to) {
    var filter =
        new EventFilter(
            Set.of(Source.LEDGER),
            false,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            false,
            new PageStart(from - 1, null),
            Math.toIntExact(to - from));
    List<Timeline.Item> found =
        Objects.requireNonNull(
            reads
                .of(
                    caller,
                    org,
                    null,
                    snapshot ->
                        EventReads.read(snapshot, filter).stream()
                            .limit(to - from)
                            .map(one -> new Timeline.Item(one, PageStart.START))
                            .toList())
                .getBody());
    Opened people = history.open(found);
    return new Shown(
        found.stream().map(item -> History.shown(item.found(), filter, people)).toList(),
        people.complete());
  }
}
