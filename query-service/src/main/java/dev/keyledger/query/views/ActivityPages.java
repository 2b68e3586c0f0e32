package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.activity.HistorySettings;
import dev.keyledger.query.views.ActivityReads.StoredActivity;
import dev.keyledger.query.views.EventFilter.Source;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * What happened beside the ledger, in the order in which it was stored: a record that comes late
 * has a late position, whatever its time.
 */
@Component
public final class ActivityPages implements ExportPages {
  private final Reads reads;
  private final History history;
  private final HistorySettings settings;
  private final Clock clock;

  ActivityPages(Reads reads, History history, HistorySettings settings, Clock clock) {
    this.reads = reads;
    this.history = history;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public ResponseEntity<End> end(Caller caller, String org, @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        snapshot -> new End(snapshot.organization(), ActivityReads.lastStored(snapshot)));
  }

  @Override
  public Shown page(Caller caller, String org, long from, long to, int limit) {
    List<StoredActivity> page =
        Objects.requireNonNull(
            reads
                .of(
                    caller,
                    org,
                    null,
                    snapshot ->
                        ActivityReads.stored(
                            snapshot, from, to, settings.keptSince(clock.instant()), limit))
                .getBody());
    return shown(page, limit);
  }

  private Shown shown(List<StoredActivity> page, int limit) {
    Opened people = history.open(page.stream().map(StoredActivity::found).toList());
    EventFilter filter = EventFilter.oldestFirst(Source.ACTIVITY, null, limit);
    return new Shown(
        page.stream()
            .map(one -> new Positioned(one.position(), History.shown(one.found(), filter, people)))
            .toList(),
        people.complete());
  }

  private record CollectedActivity(List<StoredActivity> page, long end) {}

  @Override
  public ToldPart told(OrganizationId organization, long from, int limit) {
    CollectedActivity behind =
        reads
            .internally(
                organization,
                snapshot -> {
                  long end = ActivityReads.lastStored(snapshot);
                  return new CollectedActivity(
                      limit == 0 || end < from
                          ? List.of()
                          : ActivityReads.stored(
                              snapshot, from, end + 1, settings.keptSince(clock.instant()), limit),
                      end);
                })
            .orElse(null);
    if (behind == null) {
      return ToldPart.NOTHING;
    }
    // Outside of the snapshot: it asks another service.
    Shown shown = shown(behind.page(), Math.max(1, limit));
    return new ToldPart(shown.lines(), shown.complete(), behind.end());
  }

  /** What there was is dropped after a while: a position behind the last one may have been any. */
  @Override
  public void mustBeWithin(long from, long to) {}
}
