package dev.keyledger.delivery.webhook;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.sending.Couriers;
import dev.keyledger.delivery.sending.TestMessages;
import dev.keyledger.delivery.subscription.MessageId;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What became of a subscription's messages. */
@RestController
@RequestMapping(
    path = "/v1/organizations/{org}/subscriptions/{subscription}",
    produces = "application/json")
class DeliveriesController {
  private static final Set<String> STATUSES = Set.of("pending", "delivered", "dead");
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAXIMUM_LIMIT = 100;
  private static final int MOST_REPLAYED = 1_000;

  /** What every reader of JSON knows exactly; no organisation gets so far. */
  private static final long LAST_POSITION = (1L << 53) - 1;

  private final OwnSubscriptions subscriptions;
  private final DeliveryTable deliveries;
  private final Couriers couriers;
  private final TestMessages tests;
  private final Clock clock;

  DeliveriesController(
      OwnSubscriptions subscriptions,
      DeliveryTable deliveries,
      Couriers couriers,
      TestMessages tests,
      Clock clock) {
    this.subscriptions = subscriptions;
    this.deliveries = deliveries;
    this.couriers = couriers;
    this.tests = tests;
    this.clock = clock;
  }

  /**
   * @param next for {@code after} of the next page; {@code null} where there is none
   */
  record DeliveryPage(List<Delivery> items, @Nullable Long next) {}

  /**
   * @param after the position behind which everything is sent again that still can be; -1 for all
   */
  record ReplayBehind(@Nullable Long after) {}

  /**
   * @param replayed how many
   * @param next for {@code after} of the next request; {@code null} where all was replayed
   */
  record Replayed(int replayed, @Nullable Long next) {}

  /**
   * By position.
   *
   * @param after a position below 2^53, of a page's {@code next}
   * @param limit 1 to 100; 20 unless told
   */
  @GetMapping("/deliveries")
  @Requires(Permissions.SUBSCRIPTIONS_READ)
  ResponseEntity<DeliveryPage> list(
      Caller caller,
      @PathVariable String org,
      @PathVariable String subscription,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit) {
    if (status != null && !STATUSES.contains(status)) {
      throw Problem.ofField("status", "pending, delivered or dead").toException();
    }
    long behind = after == null ? -1 : number("after", after, 0, LAST_POSITION);
    int atMost = limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, 1, MAXIMUM_LIMIT);
    SubscriptionKey key = subscriptions.find(caller, org, subscription);
    List<Delivery> found = deliveries.list(key, status, behind, atMost + 1);
    List<Delivery> page = found.subList(0, Math.min(atMost, found.size()));
    Long next = found.size() > atMost ? page.getLast().position() : null;
    return answer(new DeliveryPage(page, next));
  }

  /** Has one message sent again, with the same id. */
  @PostMapping("/deliveries/{message}/replay")
  @Requires(Permissions.SUBSCRIPTIONS_MANAGE)
  ResponseEntity<Delivery> replay(
      Caller caller,
      @PathVariable String org,
      @PathVariable String subscription,
      @PathVariable String message) {
    SubscriptionKey key = subscriptions.findStanding(caller, org, subscription);
    long position =
        MessageId.parse(message)
            .filter(id -> id.subscription().equals(key.subscription()))
            .map(MessageId::position)
            .orElseThrow(DeliveriesController::notFound);
    boolean replayed = !deliveries.replay(key, position, position, 1, clock.instant()).isEmpty();
    Delivery now = deliveries.find(key, position).orElseThrow(DeliveriesController::notFound);
    if (!replayed) {
      throw Problem.of(409, "delivery_forgotten", "What was delivered so long ago isn't kept.")
          .toException();
    }
    couriers.news(List.of(key));
    return answer(now);
  }

  /** Has all messages behind a position sent again, a thousand at a time, with the same ids. */
  @PostMapping("/replay")
  @Requires(Permissions.SUBSCRIPTIONS_MANAGE)
  ResponseEntity<Replayed> replayBehind(
      Caller caller,
      @PathVariable String org,
      @PathVariable String subscription,
      @RequestBody ReplayBehind body) {
    Long after = body.after();
    if (after == null || after < -1 || after > LAST_POSITION) {
      throw Problem.ofField("after", "A position, or -1 for all.").toException();
    }
    SubscriptionKey key = subscriptions.findSentMessages(caller, org, subscription);
    List<Long> replayed =
        deliveries.replay(key, after + 1, Long.MAX_VALUE, MOST_REPLAYED, clock.instant());
    couriers.news(List.of(key));
    Long next =
        replayed.size() < MOST_REPLAYED ? null : replayed.stream().max(Long::compare).orElseThrow();
    return answer(new Replayed(replayed.size(), next));
  }

  /** Sends a message of type {@code webhook.test} at once, whatever else waits. */
  @PostMapping("/test")
  @Requires(Permissions.SUBSCRIPTIONS_MANAGE)
  ResponseEntity<TestMessages.Sent> test(
      Caller caller, @PathVariable String org, @PathVariable String subscription) {
    SubscriptionKey key = subscriptions.findStanding(caller, org, subscription);
    return answer(tests.send(key));
  }

  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
  }

  private static long number(String name, String text, long least, long most) {
    OptionalLong number = WholeNumber.parse(text);
    if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
      throw Problem.ofField(name, "A whole number, " + least + " to " + most + ".").toException();
    }
    return number.getAsLong();
  }

  private static ProblemException notFound() {
    return Problem.of(404, "delivery_not_found", "There is no such message.").toException();
  }
}
