package dev.keyledger.delivery.subscription;

import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.events.subscription.SignatureScheme;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param url to which is posted, or the path at which the receiver of a stream polls
 * @param events patterns, see {@link EventPattern}; of a stream of security events their types
 * @param receiver the key whose own a stream is; {@code null} where a person made it
 * @param createdAt {@code null} of a webhook
 * @param collector how a collector is sent to; {@code null} of what is none
 */
public record SubscriptionState(
    String name,
    String url,
    List<String> events,
    SignatureScheme signature,
    @Nullable KeyId receiver,
    @Nullable Instant createdAt,
    @Nullable CollectorSettings collector) {
  public SubscriptionState {
    events = List.copyOf(events);
  }

  public SubscriptionState(
      String name,
      String url,
      List<String> events,
      SignatureScheme signature,
      @Nullable KeyId receiver,
      @Nullable Instant createdAt) {
    this(name, url, events, signature, receiver, createdAt, null);
  }

  public SubscriptionState(
      String name, String url, List<String> events, SignatureScheme signature) {
    this(name, url, events, signature, null, null, null);
  }

  /** A webhook's is written as before there were streams: an older replica reads it too. */
  static SubscriptionState of(SubscriptionCreated e) {
    if (e.collector() != null) {
      return new SubscriptionState(
          e.name(), e.url(), e.events(), e.signature(), null, e.at(), e.collector());
    }
    return e.signature() == SignatureScheme.RS256
        ? new SubscriptionState(e.name(), e.url(), e.events(), e.signature(), e.receiver(), e.at())
        : new SubscriptionState(e.name(), e.url(), e.events(), e.signature());
  }

  public boolean wants(String type) {
    if (collects()) {
      return false;
    }
    return streams() ? events.contains(type) : EventPattern.matches(events, type);
  }

  /** Whether it is sent history as far as it has taken it, and no messages. */
  public boolean collects() {
    return collector != null;
  }

  /** Whether a token is shown with what is sent. */
  public boolean showsToken() {
    return collects() && !url.startsWith(CollectorSettings.SYSLOG);
  }

  /** Whether it is told of security events, in tokens that the platform signs. */
  public boolean streams() {
    return signature == SignatureScheme.RS256;
  }

  /** Whether messages are made for it that somebody sends. */
  boolean isSentMessages() {
    return !polls() && !collects();
  }

  /** Whether its receiver fetches what is for it. */
  public boolean polls() {
    return url.startsWith("/");
  }

  SubscriptionState with(SubscriptionChanged.Settings changed) {
    return new SubscriptionState(
        Objects.requireNonNullElse(changed.name(), name),
        Objects.requireNonNullElse(changed.url(), url),
        Objects.requireNonNullElse(changed.events(), events),
        signature,
        receiver,
        createdAt,
        changed.collector() == null ? collector : changed.collector());
  }
}
