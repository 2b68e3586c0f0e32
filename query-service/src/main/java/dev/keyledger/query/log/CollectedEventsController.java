package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.ocsf.OcsfEvents;
import dev.keyledger.query.views.ActivityPages;
import dev.keyledger.query.views.ExportPages;
import dev.keyledger.query.views.ExportPages.Positioned;
import dev.keyledger.query.views.ExportPages.ToldPart;
import dev.keyledger.query.views.HistoryPages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An organisation's history as its export in OCSF has it, line by line, for delivery-service, which
 * brings it to collectors: by the same positions and the same mapping, with what is personal
 * opened. Who may be told it has found out itself.
 */
@RestController
@RequestMapping(path = "/internal/v1/events", produces = "application/json")
class CollectedEventsController {
  private static final int MOST = 500;
  private static final int MOST_BYTES = 512 * 1024;
  private static final int MOST_PATTERNS = 50;

  enum CollectedSource {
    LEDGER,
    ACTIVITY;

    String text() {
      return this == LEDGER ? "ledger" : "activity";
    }
  }

  /**
   * @param from the first position
   * @param limit 0 to {@value #MOST}; with 0 it is only told how far the source is
   * @param bytes of lines, {@value #MOST_BYTES} at most; one comes in any case
   * @param patterns of types: of others nothing is told, but they count against the limit
   */
  record CollectedQuestion(
      @Nullable OrganizationId organization,
      @Nullable CollectedSource source,
      long from,
      int limit,
      int bytes,
      @Nullable List<String> patterns) {}

  /**
   * @param severity by OCSF
   * @param line the event as the export has it, without its end
   */
  record CollectedItem(
      long position, String id, String type, Instant at, int severity, byte[] line) {}

  /**
   * @param next the first position that this page says nothing of
   * @param end the last position that there is; -1 of none
   * @param complete whether all that is personal could be opened, or is erased
   */
  record CollectedPage(List<CollectedItem> items, long next, long end, boolean complete) {}

  private final HistoryPages ledger;
  private final ActivityPages activity;
  private final ExportTurns turns;

  CollectedEventsController(HistoryPages ledger, ActivityPages activity, ExportTurns turns) {
    this.ledger = ledger;
    this.activity = activity;
    this.turns = turns;
  }

  /** A page; empty where there is nothing, or no such organisation. */
  @PostMapping("/collected")
  @InternalEndpoint(ServicePair.DELIVERY_TO_QUERY)
  CollectedPage collected(@RequestBody CollectedQuestion body) {
    OrganizationId organization = body.organization();
    CollectedSource source = body.source();
    List<String> patterns = body.patterns();
    if (organization == null
        || source == null
        || patterns == null
        || patterns.size() > MOST_PATTERNS
        || body.from() < 0
        || body.limit() < 0
        || body.limit() > MOST
        || body.bytes() < 0
        || body.bytes() > MOST_BYTES) {
      throw Problem.of(422, "validation_failed", "There is no such page.").toException();
    }
    ExportPages pages =
        switch (source) {
          case LEDGER -> ledger;
          case ACTIVITY -> activity;
        };
    ToldPart told =
        body.limit() == 0
            ? pages.told(organization, body.from(), 0)
            : turns.collectedPage(() -> pages.told(organization, body.from(), body.limit()));
    return page(organization, source.text(), body, patterns, told);
  }

  /** As many lines as fit, the first in any case. */
  private static CollectedPage page(
      OrganizationId organization,
      String log,
      CollectedQuestion wanted,
      List<String> patterns,
      ToldPart told) {
    var items = new ArrayList<CollectedItem>();
    long next = wanted.from();
    long bytes = 0;
    for (Positioned one : told.lines()) {
      String type = one.event().type();
      if (EventPattern.matches(patterns, type)) {
        byte[] line =
            OcsfEvents.event(organization, log, one.position(), one.event(), told.complete());
        bytes += line.length;
        if (bytes > wanted.bytes() && !items.isEmpty()) {
          break;
        }
        items.add(
            new CollectedItem(
                one.position(),
                one.event().id().value(),
                type,
                one.event().at(),
                OcsfEvents.severity(type),
                line));
      }
      next = one.position() + 1;
    }
    return new CollectedPage(items, next, told.end(), told.complete());
  }
}
