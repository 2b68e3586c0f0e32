package dev.keyledger.token.enforcement;

import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.outbox.SentRevocations;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the platform's own services ask before they trust what they read of revocations. */
@RestController
@RequestMapping("/internal/v1/revocations")
class InternalRevocationsController {
  private final AccessFeed feed;
  private final SentRevocations sent;

  InternalRevocationsController(AccessFeed feed, SentRevocations sent) {
    this.feed = feed;
    this.sent = sent;
  }

  /**
   * Which {@code revocations.v1} holds all that ended, and up to where this replica has applied it.
   * 503 {@code not_whole} while it can't vouch for the topic that is there now.
   */
  @PostMapping("/whole")
  @InternalEndpoint({
    ServicePair.COMMAND_TO_TOKEN,
    ServicePair.QUERY_TO_TOKEN,
    ServicePair.DELIVERY_TO_TOKEN
  })
  ResponseEntity<TopicMark> whole() {
    TopicMark applied = feed.revocationsApplied();
    if (applied == null || !sent.areIn(applied.id())) {
      throw Problem.of(503, "not_whole", "Nobody can vouch for the topic of revocations just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(applied);
  }
}
