package dev.keyledger.command.organization;

import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.Secret;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One whom the organisation has told of its events.
 *
 * @param createdPosition of the event that made it
 * @param pausedFor why it is paused; {@code null} while it isn't
 * @param receiver the key whose own it is; {@code null} where a person made it
 * @param collector how a collector is sent to; {@code null} of any other kind
 * @param secrets one, or two since it was rotated, the newest last; none once removed
 */
public record Subscription(
    SubscriptionId id,
    long createdPosition,
    Instant createdAt,
    SubscriptionKind kind,
    String name,
    String url,
    List<String> events,
    SignatureScheme signature,
    State state,
    SubscriptionPaused.@Nullable Cause pausedFor,
    List<Secret> secrets,
    @Nullable KeyId receiver,
    @Nullable CollectorSettings collector) {
  public Subscription {
    events = List.copyOf(events);
    secrets = List.copyOf(secrets);
  }

  static Subscription of(SubscriptionCreated e, long position) {
    return new Subscription(
        e.subscription(),
        position,
        e.at(),
        e.kind(),
        e.name(),
        e.url(),
        e.events(),
        e.signature(),
        State.ACTIVE,
        null,
        List.of(secret(e.secret())),
        e.receiver(),
        e.collector());
  }

  private static Secret secret(SubscriptionSecret issued) {
    return new Secret(
        issued.id(),
        Objects.requireNonNull(issued.sealed(), "the ledger has what a secret is sealed in"),
        issued.publicKey(),
        issued.createdAt(),
        null);
  }

  Subscription after(SubscriptionEvent event) {
    return switch (event) {
      case SubscriptionCreated e -> throw new IllegalStateException(id + " was created before");
      case SubscriptionChanged e ->
          new Subscription(
              id,
              createdPosition,
              createdAt,
              kind,
              Objects.requireNonNullElse(e.after().name(), name),
              Objects.requireNonNullElse(e.after().url(), url),
              Objects.requireNonNullElse(e.after().events(), events),
              signature,
              state,
              pausedFor,
              secrets,
              receiver,
              e.after().collector() == null ? collector : e.after().collector());
      case SubscriptionSecretRotated e -> {
        Secret older = newest();
        yield with(
            List.of(
                new Secret(
                    older.id(),
                    older.sealed(),
                    older.publicKey(),
                    older.createdAt(),
                    e.previousValidUntil()),
                secret(e.secret())));
      }
      case SubscriptionPaused e -> as(State.PAUSED, e.cause());
      case SubscriptionResumed e -> as(State.ACTIVE, null);
      case SubscriptionRemoved e -> as(State.REMOVED, null).with(List.of());
    };
  }

  private Subscription as(State another, SubscriptionPaused.@Nullable Cause cause) {
    return new Subscription(
        id,
        createdPosition,
        createdAt,
        kind,
        name,
        url,
        events,
        signature,
        another,
        cause,
        secrets,
        receiver,
        collector);
  }

  private Subscription with(List<Secret> others) {
    return new Subscription(
        id,
        createdPosition,
        createdAt,
        kind,
        name,
        url,
        events,
        signature,
        state,
        pausedFor,
        others,
        receiver,
        collector);
  }

  Secret newest() {
    return secrets.getLast();
  }

  /** The older secret, while something is still signed by it. */
  public Optional<Secret> olderSecretAt(Instant at) {
    return secrets.size() < 2
        ? Optional.empty()
        : Optional.of(secrets.getFirst()).filter(secret -> secret.isValidAt(at));
  }
}
