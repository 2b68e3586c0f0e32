package dev.keyledger.query.views;

import static java.util.stream.Collectors.groupingBy;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/subscriptions", produces = "application/json")
class SubscriptionController {
  private static final Set<String> STATUSES = Set.of("active", "paused", "removed");
  private static final List<String> UNLESS_TOLD = List.of("active", "paused");

  private final Reads reads;

  SubscriptionController(Reads reads) {
    this.reads = reads;
  }

  /** Those that weren't removed, or whom {@code status} asks for, the newest first. */
  @GetMapping
  @Requires(Permissions.SUBSCRIPTIONS_READ)
  ResponseEntity<Page<ShownSubscription>> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable List<String> status,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    int size = Parameters.limit(limit);
    SubscriptionId behind = Parameters.behind(cursor, SubscriptionId::new);
    List<String> named = Parameters.words("status", status, STATUSES);
    List<String> statuses = named.isEmpty() ? UNLESS_TOLD : named;
    Function<Past, Page<ShownSubscription>> page = past -> page(past, behind, size, statuses);
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot -> page.apply(reads.present(snapshot)),
        page);
  }

  /** Removed ones too. */
  @GetMapping("/{subscription}")
  @Requires(Permissions.SUBSCRIPTIONS_READ)
  ResponseEntity<ShownSubscription> one(
      Caller caller,
      @PathVariable String org,
      @PathVariable String subscription,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    Function<Past, ShownSubscription> found =
        past ->
            idOf(subscription)
                .flatMap(id -> find(past, id))
                .orElseThrow(SubscriptionController::notFound);
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot -> found.apply(reads.present(snapshot)),
        found);
  }

  private static Page<ShownSubscription> page(
      Past past, @Nullable SubscriptionId behind, int size, List<String> statuses) {
    return new PastPages<ShownSubscription>(
            past,
            EventTypes.nameOf(SubscriptionCreated.class),
            events -> {
              var byId = events.stream().collect(groupingBy(SubscriptionController::subject));
              return id ->
                  ShownSubscription.of(byId.getOrDefault(id, List.of()), past.at()).stream();
            })
        .page(
            behind == null ? null : behind.uuid(),
            size,
            one -> statuses.contains(one.status().name().toLowerCase(Locale.ROOT)),
            id -> SubscriptionId.of(id).value());
  }

  private static UUID subject(LedgerEvent event) {
    return ((SubscriptionEvent) event.event()).subscription().uuid();
  }

  /** An id that is of a key or a member names no subscription. */
  private static Optional<ShownSubscription> find(Past past, SubscriptionId id) {
    List<LedgerEvent> events =
        past.of(List.of(id.uuid())).stream()
            .filter(event -> event.event() instanceof SubscriptionEvent)
            .toList();
    return ShownSubscription.of(events, past.at());
  }

  private static Optional<SubscriptionId> idOf(String text) {
    try {
      return Optional.of(new SubscriptionId(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ProblemException notFound() {
    return Problem.of(404, "subscription_not_found", "There is no such subscription.")
        .toException();
  }
}
