package dev.keyledger.command.relay;

import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An organisation of its own for each test, with keys to create and revoke. */
final class Acme {
  static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  static final String VERIFIER = "vErIfIeR-tHaT-mUsT-nOt-LeAvE-0123456789abcd";

  static final Policy POLICY =
      new Policy(
          "canonical",
          List.of("live"),
          Policy.EnvironmentChoice.CREATOR,
          List.of(),
          List.of("live"),
          new KeyRules(
              Map.of("live", "kl_live"),
              List.of(KeyRules.KeyUse.DIRECT),
              KeyRules.Creators.ANY_MEMBER,
              KeyRules.Authority.CREATOR,
              new KeyRules.Limit(100, KeyRules.Limit.Per.ENVIRONMENT),
              null,
              KeyRules.Expiry.OPTIONAL,
              Duration.ofDays(1),
              Duration.ofDays(7),
              KeyRules.OutstandingTokens.END),
          new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
          new SessionRules(
              Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
          Map.of(Role.OWNER, List.of("api_keys.create")),
          List.of());

  private Acme() {}

  static OrganizationId organization() {
    return OrganizationId.of(LedgerFixture.uuid7());
  }

  static KeyId key() {
    return KeyId.of(LedgerFixture.uuid7());
  }

  static OrganizationRegistered registered(OrganizationId organization) {
    return new OrganizationRegistered(
        organization, "acme", "Acme", OrganizationKind.STANDARD, "standard", POLICY, AT);
  }

  static KeyCreated created(KeyId key) {
    return new KeyCreated(
        key,
        "ci",
        "live",
        List.of(),
        null,
        new IssuedSecret("kl_live_aB3dE5g", VERIFIER, AT),
        null,
        AT);
  }

  static SubscriptionCreated subscribed() {
    return new SubscriptionCreated(
        SubscriptionId.of(LedgerFixture.uuid7()),
        SubscriptionKind.WEBHOOK,
        "siem",
        "https://receiver.example/",
        List.of("*"),
        SignatureScheme.V1,
        SubscriptionSecret.committed(1, "a.sEaLeD-tHaT-gOeS-tO-dElIvErY-aLoNe", null, AT),
        AT);
  }

  static KeyRenamed renamed(KeyId key, String before, String after) {
    return new KeyRenamed(key, before, after, AT);
  }

  static KeyRotated rotated(KeyId key, Instant previousValidUntil) {
    return new KeyRotated(
        key, new IssuedSecret("kl_live_aZ9yX8w", VERIFIER, AT), previousValidUntil, AT);
  }

  static RotationCompleted completed(KeyId key, Instant effectiveAt) {
    return new RotationCompleted(key, "kl_live_aB3dE5g", effectiveAt, effectiveAt);
  }

  static KeyExpired expired(KeyId key, Instant effectiveAt) {
    return new KeyExpired(key, effectiveAt, effectiveAt);
  }

  static KeyRevoked revoked(KeyId key) {
    return new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, AT);
  }
}
