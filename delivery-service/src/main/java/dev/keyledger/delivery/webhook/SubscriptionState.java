package dev.keyledger.delivery.webhook;

import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.events.subscription.SignatureScheme;
import java.util.List;
import java.util.Objects;

/**
 * What was asked for.
 *
 * @param events patterns, see {@link EventPattern}
 */
public record SubscriptionState(
    String name, String url, List<String> events, SignatureScheme signature) {
  public SubscriptionState {
    events = List.copyOf(events);
  }

  public boolean wants(String type) {
    return EventPattern.matches(events, type);
  }

  SubscriptionState with(SubscriptionChanged.Settings changed) {
    return new SubscriptionState(
        Objects.requireNonNullElse(changed.name(), name),
        Objects.requireNonNullElse(changed.url(), url),
        Objects.requireNonNullElse(changed.events(), events),
        signature);
  }
}
