package dev.keyledger.events;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom an organisation has the platform tell of its events. */
public sealed interface SubscriptionEvent extends OrganizationEvent {
  SubscriptionId subscription();

  @Override
  default OrganizationEvent withoutVerifier() {
    return this;
  }

  /**
   * @param name its organisation's word for it
   * @param url to which it is posted; where a receiver of security events polls, that is the path
   *     of its own place to do so; of a receiver of syslog {@code syslog+tls://}, host and port
   * @param events patterns: a type such as {@code key.revoked}, {@code key.*}, or {@code *}; of a
   *     stream of security events the types that its receiver asked for
   * @param receiver the key that asked for it, by which alone it is changed beside members; {@code
   *     null} where a person did
   * @param collector how a collector is sent to; {@code null} of any other kind
   */
  record SubscriptionCreated(
      SubscriptionId subscription,
      SubscriptionKind kind,
      String name,
      String url,
      List<String> events,
      SignatureScheme signature,
      SubscriptionSecret secret,
      @Nullable KeyId receiver,
      @Nullable CollectorSettings collector,
      Instant at)
      implements SubscriptionEvent {
    public SubscriptionCreated {
      events = List.copyOf(events);
    }

    /** That is no collector. */
    public SubscriptionCreated(
        SubscriptionId subscription,
        SubscriptionKind kind,
        String name,
        String url,
        List<String> events,
        SignatureScheme signature,
        SubscriptionSecret secret,
        @Nullable KeyId receiver,
        Instant at) {
      this(subscription, kind, name, url, events, signature, secret, receiver, null, at);
    }

    /** That a person asked for. */
    public SubscriptionCreated(
        SubscriptionId subscription,
        SubscriptionKind kind,
        String name,
        String url,
        List<String> events,
        SignatureScheme signature,
        SubscriptionSecret secret,
        Instant at) {
      this(subscription, kind, name, url, events, signature, secret, null, null, at);
    }

    @Override
    public SubscriptionCreated withoutVerifier() {
      return new SubscriptionCreated(
          subscription,
          kind,
          name,
          url,
          events,
          signature,
          secret.withoutSealed(),
          receiver,
          collector,
          at);
    }

    @Override
    public boolean fitsItsCommitment() {
      return secret.fitsItsCommitment();
    }
  }

  /** What of it changed, as it was and as it is: fields that didn't are {@code null} in both. */
  record SubscriptionChanged(
      SubscriptionId subscription, Settings before, Settings after, Instant at)
      implements SubscriptionEvent {

    /**
     * @param name {@code null} where it stays
     * @param url {@code null} where it stays
     * @param events {@code null} where they stay
     * @param collector {@code null} where it stays, otherwise all of it
     */
    public record Settings(
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> events,
        @Nullable CollectorSettings collector) {
      public Settings {
        events = events == null ? null : List.copyOf(events);
      }

      public Settings(@Nullable String name, @Nullable String url, @Nullable List<String> events) {
        this(name, url, events, null);
      }
    }
  }

  /**
   * A new secret was issued; what is sent is signed by both until the older one ends.
   *
   * @param previousValidUntil first instant at which nothing is signed by the older one
   */
  record SubscriptionSecretRotated(
      SubscriptionId subscription,
      SubscriptionSecret secret,
      Instant previousValidUntil,
      Instant at)
      implements SubscriptionEvent {
    @Override
    public SubscriptionSecretRotated withoutVerifier() {
      return new SubscriptionSecretRotated(
          subscription, secret.withoutSealed(), previousValidUntil, at);
    }

    @Override
    public boolean fitsItsCommitment() {
      return secret.fitsItsCommitment();
    }
  }

  /**
   * Nothing is sent until it is resumed.
   *
   * @param reason a member's words, at most 200 characters; {@code null} when none were given
   */
  record SubscriptionPaused(
      SubscriptionId subscription, Cause cause, @Nullable String reason, Instant at)
      implements SubscriptionEvent {
    public enum Cause {
      REQUESTED,
      /** The receiver answered that it is there no more (410). */
      GONE,
      /** As requested, and nothing is kept for later either. */
      DISABLED
    }
  }

  record SubscriptionResumed(SubscriptionId subscription, Instant at)
      implements SubscriptionEvent {}

  /**
   * @param before whether it was told of anything
   */
  record SubscriptionRemoved(SubscriptionId subscription, State before, Instant at)
      implements SubscriptionEvent {}
}
