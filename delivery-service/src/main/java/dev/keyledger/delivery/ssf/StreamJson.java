package dev.keyledger.delivery.ssf;

import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.id.SubscriptionId;
import java.util.List;

/**
 * A stream's configuration (SSF 1.0, section 8.1.1). What its receiver is shown with each token is
 * never in it.
 *
 * @param minVerificationInterval in seconds
 */
record StreamJson(
    SubscriptionId streamId,
    String iss,
    String aud,
    List<String> eventsSupported,
    List<String> eventsRequested,
    List<String> eventsDelivered,
    To delivery,
    long minVerificationInterval,
    String description) {
  static final String PUSH = "urn:ietf:rfc:8935";
  static final String POLL = "urn:ietf:rfc:8936";

  /**
   * @param endpointUrl where it is pushed to, or polled
   */
  record To(String method, String endpointUrl) {}

  static StreamJson of(FoldedSubscription stream, SecurityEvents events) {
    return of(stream.key().subscription(), stream.state(), events);
  }

  static StreamJson of(SubscriptionId id, SubscriptionState state, SecurityEvents events) {
    return new StreamJson(
        id,
        events.issuer(),
        events.audience(id),
        SecurityEvents.SUPPORTED,
        state.events(),
        SecurityEvents.SUPPORTED.stream().filter(state.events()::contains).toList(),
        state.polls() ? new To(POLL, events.issuer() + state.url()) : new To(PUSH, state.url()),
        Verifications.INTERVAL.toSeconds(),
        state.name());
  }

  /** The path at which a receiver polls. */
  static String pollPath(SubscriptionId id) {
    return "/v1/ssf/streams/" + id + "/poll";
  }
}
