package dev.keyledger.query.views;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.kit.web.ShownCollector;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as its events left it. An organisation has few, so they are folded when somebody
 * asks.
 *
 * @param pausedFor {@code null} while it isn't
 * @param secrets newest first: the newest, and the older one while something is signed by it; none
 *     once removed
 */
record ShownSubscription(
    SubscriptionId id,
    SubscriptionKind kind,
    String name,
    String url,
    List<String> events,
    SignatureScheme signature,
    State status,
    SubscriptionPaused.@Nullable Cause pausedFor,
    Instant createdAt,
    List<SigningSecret> secrets,
    @JsonUnwrapped @Nullable ShownCollector collector) {

  /**
   * @param publicKey {@code null} of a secret that both sides know
   */
  record SigningSecret(
      int id, @Nullable String publicKey, Instant createdAt, @Nullable Instant validUntil) {
    static SigningSecret of(SubscriptionSecret issued) {
      return new SigningSecret(issued.id(), issued.publicKey(), issued.createdAt(), null);
    }

    SigningSecret until(Instant end) {
      return new SigningSecret(id, publicKey, createdAt, end);
    }
  }

  /**
   * @param events all of one subscription, in order; none where there is no such one
   * @param at by which ends count
   */
  static Optional<ShownSubscription> of(List<LedgerEvent> events, Instant at) {
    ShownSubscription shown = null;
    for (LedgerEvent event : events) {
      shown =
          event.event() instanceof SubscriptionCreated e
              ? created(e)
              : Objects.requireNonNull(shown, "it begins with its creation")
                  .after((SubscriptionEvent) event.event());
    }
    return Optional.ofNullable(shown).map(one -> one.at(at));
  }

  private static ShownSubscription created(SubscriptionCreated e) {
    return new ShownSubscription(
        e.subscription(),
        e.kind(),
        e.name(),
        e.url(),
        e.events(),
        e.signature(),
        State.ACTIVE,
        null,
        e.at(),
        List.of(SigningSecret.of(e.secret())),
        ShownCollector.of(e.url(), e.collector()));
  }

  private ShownSubscription after(SubscriptionEvent event) {
    return switch (event) {
      case SubscriptionCreated e -> throw new IllegalStateException("created twice");
      case SubscriptionChanged e ->
          new ShownSubscription(
              id,
              kind,
              Objects.requireNonNullElse(e.after().name(), name),
              Objects.requireNonNullElse(e.after().url(), url),
              Objects.requireNonNullElse(e.after().events(), events),
              signature,
              status,
              pausedFor,
              createdAt,
              secrets,
              after(e.after()));
      case SubscriptionSecretRotated e ->
          with(
              List.of(
                  SigningSecret.of(e.secret()), secrets.getFirst().until(e.previousValidUntil())));
      case SubscriptionPaused e -> as(State.PAUSED, e.cause());
      case SubscriptionResumed e -> as(State.ACTIVE, null);
      case SubscriptionRemoved e -> as(State.REMOVED, null).with(List.of());
    };
  }

  private @Nullable ShownCollector after(SubscriptionChanged.Settings changed) {
    if (collector == null || changed.url() == null && changed.collector() == null) {
      return collector;
    }
    CollectorSettings now = Objects.requireNonNullElse(changed.collector(), collector.settings());
    return ShownCollector.of(Objects.requireNonNullElse(changed.url(), url), now);
  }

  private ShownSubscription at(Instant at) {
    return with(
        secrets.stream()
            .filter(secret -> secret.validUntil() == null || at.isBefore(secret.validUntil()))
            .toList());
  }

  private ShownSubscription as(State another, SubscriptionPaused.@Nullable Cause cause) {
    return new ShownSubscription(
        id, kind, name, url, events, signature, another, cause, createdAt, secrets, collector);
  }

  private ShownSubscription with(List<SigningSecret> others) {
    return new ShownSubscription(
        id, kind, name, url, events, signature, status, pausedFor, createdAt, others, collector);
  }
}
