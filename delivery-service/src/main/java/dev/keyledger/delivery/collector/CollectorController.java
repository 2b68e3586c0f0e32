package dev.keyledger.delivery.collector;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.webhook.OwnSubscriptions;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How far a collector has taken history, and has it go on from elsewhere. */
@RestController
@RequestMapping(
    path = "/v1/organizations/{org}/subscriptions/{subscription}/progress",
    produces = "application/json")
class CollectorController {
  private static final Logger log = LoggerFactory.getLogger(CollectorController.class);

  /** What every reader of JSON knows exactly; no organisation gets so far. */
  private static final long LAST_POSITION = (1L << 53) - 1;

  /**
   * @param taken the last position that the collector took; {@code null} until it is known where
   *     what it is sent began
   * @param newest the last position that there is; {@code null} while history doesn't say
   */
  record Place(@Nullable Long taken, @Nullable Long newest) {}

  /**
   * @param events that were taken, in all
   * @param failures in a row
   * @param status that it answered when it last took nothing; {@code null} where it didn't
   * @param error what it had against it, or why it didn't answer
   */
  record Progress(
      Place ledger,
      Place activity,
      long events,
      int failures,
      @Nullable Instant restsUntil,
      @Nullable Instant deliveredAt,
      @Nullable Instant failedAt,
      @Nullable Integer status,
      @Nullable String error) {}

  /**
   * @param ledger the position behind which the ledger is sent from now on; {@code null} to leave
   *     it; -1 for all of it
   * @param activity the same of what happens beside the ledger
   */
  record GoOnBehind(@Nullable Long ledger, @Nullable Long activity) {}

  private final OwnSubscriptions subscriptions;
  private final TurnTable table;
  private final CollectedHistory history;
  private final Clock clock;

  CollectorController(
      OwnSubscriptions subscriptions, TurnTable table, CollectedHistory history, Clock clock) {
    this.subscriptions = subscriptions;
    this.table = table;
    this.history = history;
    this.clock = clock;
  }

  @GetMapping
  @Requires(Permissions.SUBSCRIPTIONS_READ)
  ResponseEntity<Progress> progress(
      Caller caller, @PathVariable String org, @PathVariable String subscription) {
    return answer(subscriptions.findStanding(caller, org, subscription));
  }

  /**
   * Sends what lies behind once more, with the ids that it had, or passes over what lies before.
   */
  @PutMapping
  @Requires(Permissions.SUBSCRIPTIONS_MANAGE)
  ResponseEntity<Progress> goOn(
      Caller caller,
      @PathVariable String org,
      @PathVariable String subscription,
      @RequestBody GoOnBehind body) {
    mustBePosition("ledger", body.ledger());
    mustBePosition("activity", body.activity());
    if (body.ledger() == null && body.activity() == null) {
      throw Problem.ofField("ledger", "A position of one source at least.").toException();
    }
    if (!caller.may(Permissions.AUDIT_READ)) {
      throw Problem.of(403, "forbidden", "What a collector is sent is for who may read history.")
          .toException();
    }
    SubscriptionKey key = subscriptions.findStanding(caller, org, subscription);
    if (table.standing(key).isEmpty()) {
      throw otherKind();
    }
    mustBeWithin("ledger", body.ledger(), newest(key, Source.LEDGER));
    mustBeWithin("activity", body.activity(), newest(key, Source.ACTIVITY));
    table.set(key, body.ledger(), body.activity(), clock.instant());
    log.info(
        "collector {} of {} goes on behind {} of the ledger and {} of activity, as {} asked",
        key.subscription(),
        key.organization(),
        body.ledger(),
        body.activity(),
        caller.kind());
    return answer(key);
  }

  private static void mustBePosition(String field, @Nullable Long position) {
    if (position != null && (position < -1 || position > LAST_POSITION)) {
      throw Problem.ofField(field, "A position, or -1 for all.").toException();
    }
  }

  /** What comes at positions that were passed over would never be sent. */
  private static void mustBeWithin(String field, @Nullable Long position, @Nullable Long newest) {
    if (position != null && newest == null) {
      throw Problem.of(503, "unavailable", "How far history is can't be told just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
    if (position != null && newest != null && position > newest) {
      throw Problem.ofField(field, "There is no such position yet.").toException();
    }
  }

  private ResponseEntity<Progress> answer(SubscriptionKey key) {
    TurnTable.Standing one = table.standing(key).orElseThrow(CollectorController::otherKind);
    var progress =
        new Progress(
            new Place(one.ledger(), newest(key, Source.LEDGER)),
            new Place(one.activity(), newest(key, Source.ACTIVITY)),
            one.sent(),
            one.failures(),
            one.restsUntil(),
            one.deliveredAt(),
            one.failedAt(),
            one.status(),
            one.error());
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(progress);
  }

  private @Nullable Long newest(SubscriptionKey key, Source source) {
    try {
      return history.end(key.organization(), source);
    } catch (UnansweredException e) {
      return null;
    }
  }

  private static ProblemException otherKind() {
    return Problem.of(409, "other_kind", "Subscriptions of that kind have no such thing.")
        .toException();
  }
}
