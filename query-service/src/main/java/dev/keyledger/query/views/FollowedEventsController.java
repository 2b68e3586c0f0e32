package dev.keyledger.query.views;

import dev.keyledger.events.EventTypes;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.FollowedEvents.EventsPage;
import dev.keyledger.query.views.FollowedEvents.Wanted;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The events that delivery-service doesn't hold in memory any more, as they were published: what is
 * personal in them stays sealed. Who may be told of them it has found out itself.
 */
@RestController
@RequestMapping(path = "/internal/v1/events", produces = "application/json")
class FollowedEventsController {
  private static final int MOST = 1_000;
  private static final int MOST_BYTES = 512 * 1024;
  private static final int MOST_PATTERNS = 50;

  /**
   * @param after a position; -1 for the first
   * @param limit 0 to {@value #MOST}
   * @param bytes of records, {@value #MOST_BYTES} at most; one comes in any case
   * @param patterns of types: resolved here, where all are known that there are; {@code null} for
   *     all
   */
  record EventsBehind(
      @Nullable OrganizationId organization,
      long after,
      int limit,
      int bytes,
      @Nullable List<String> patterns) {}

  private final FollowedEvents events;

  FollowedEventsController(FollowedEvents events) {
    this.events = events;
  }

  /** A page; empty where there is nothing, or no such organisation. */
  @PostMapping("/behind")
  @InternalEndpoint(ServicePair.DELIVERY_TO_QUERY)
  EventsPage behind(@RequestBody EventsBehind body) {
    OrganizationId organization = body.organization();
    List<String> patterns = body.patterns();
    if (organization == null
        || body.after() < -1
        || body.limit() < 0
        || body.limit() > MOST
        || body.bytes() < 0
        || body.bytes() > MOST_BYTES
        || (patterns != null && patterns.size() > MOST_PATTERNS)) {
      throw Problem.of(422, "validation_failed", "There is no such page.").toException();
    }
    return events.behind(
        new Wanted(organization, body.after(), body.limit(), body.bytes(), typesOf(patterns)));
  }

  private static @Nullable List<String> typesOf(@Nullable List<String> patterns) {
    return patterns == null || patterns.contains("*")
        ? null
        : EventTypes.all().keySet().stream()
            .filter(type -> EventPattern.matches(patterns, type))
            .toList();
  }
}
