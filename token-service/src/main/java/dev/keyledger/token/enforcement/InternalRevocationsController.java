package dev.keyledger.token.enforcement;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.internal.InternalCallers;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.outbox.SentRevocations;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the platform's own services ask before they trust what they read of revocations. */
@RestController
@RequestMapping("/internal/v1/revocations")
class InternalRevocationsController {
  private final InternalCallers callers;
  private final AccessFeed feed;
  private final SentRevocations sent;

  InternalRevocationsController(InternalCallers callers, AccessFeed feed, SentRevocations sent) {
    this.callers = callers;
    this.feed = feed;
    this.sent = sent;
  }

  /**
   * Which {@code revocations.v1} holds all that ended, and up to where this replica has applied it.
   * 503 {@code not_whole} while it can't vouch for the topic that is there now.
   */
  @PostMapping("/whole")
  @PublicEndpoint(because = "it takes an internal token of one of our services")
  ResponseEntity<TopicMark> whole(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization) {
    String unused = callers.require(authorization);
    TopicMark applied = feed.revocationsApplied();
    if (applied == null || !sent.areIn(applied.id())) {
      throw Problem.of(503, "not_whole", "Nobody can vouch for the topic of revocations just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(applied);
  }
}
