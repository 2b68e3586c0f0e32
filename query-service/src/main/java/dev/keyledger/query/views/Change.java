package dev.keyledger.query.views;

import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an event changed: the fields that it is about, as they were and as they are since.
 *
 * @param before {@code null} where something came to be
 * @param after {@code null} where something ceased to be
 */
record Change(
    @Nullable Map<String, @Nullable Object> before, @Nullable Map<String, @Nullable Object> after) {

  /**
   * @param prior the word that the event doesn't say: see the fold
   * @param formerCeiling see {@link Found.OfLedger}
   */
  static Change of(
      OrganizationEvent event,
      @Nullable String prior,
      @Nullable StandingEvent formerCeiling,
      Opened people) {
    return switch (event) {
      case StandingEvent e -> standing(e, prior, formerCeiling);
      case MemberEvent e -> member(e, people);
      case KeyEvent e -> key(e, prior);
      case PersonEvent e -> erased();
      case SubscriptionEvent e -> subscription(e);
    };
  }

  // Who it was is what can't be told any more.
  private static Change erased() {
    return new Change(fields().with("erased", false), fields().with("erased", true));
  }

  private static Change standing(
      StandingEvent event, @Nullable String prior, @Nullable StandingEvent formerCeiling) {
    return switch (event) {
      case OrganizationRegistered e ->
          new Change(
              null,
              fields()
                  .with("slug", e.slug())
                  .with("name", e.name())
                  .with("kind", e.kind())
                  .with("preset", e.preset())
                  .with("status", "onboarding")
                  .with("suspended", false)
                  .with("policy", e.policy()));
      case OrganizationVerified e ->
          new Change(fields().with("status", prior), fields().with("status", "verified"));
      case LiveEnabled e ->
          new Change(fields().with("status", prior), fields().with("status", "live"));
      case OrganizationSuspended e ->
          new Change(
              fields().with("suspended", false),
              fields().with("suspended", true).with("reason", e.reason()));
      case OrganizationReinstated e ->
          new Change(
              fields().with("suspended", true).with("reason", prior),
              fields().with("suspended", false));
      case PolicyChanged e -> policy(e, formerCeiling);
      case IpAllowlistChanged e -> allowlist(e, formerCeiling);
    };
  }

  private static Change policy(PolicyChanged event, @Nullable StandingEvent formerCeiling) {
    Fields before = fields().with("policy", event.before());
    Fields after = fields().with("policy", event.after()).with("ceiling", event.ceiling());
    if (event.ceiling()) {
      before.with(
          "policy_ceiling",
          switch (formerCeiling) {
            case OrganizationRegistered e -> e.policy();
            case PolicyChanged e -> e.after();
            case null, default -> null;
          });
      after.with("policy_ceiling", event.after());
    }
    return new Change(before, after);
  }

  private static Change allowlist(IpAllowlistChanged event, @Nullable StandingEvent formerCeiling) {
    boolean ceiling = Boolean.TRUE.equals(event.ceiling());
    Fields before =
        fields()
            .with("ip_allowlist", event.before())
            .with("ip_allowlist_environments", event.beforeEnvironments());
    Fields after =
        fields()
            .with("ip_allowlist", event.after())
            .with("ip_allowlist_environments", event.afterEnvironments())
            .with("ceiling", ceiling);
    if (ceiling) {
      before.with("ip_allowlist_ceiling", allowlistSetBy(formerCeiling));
      after.with("ip_allowlist_ceiling", allowlistSetBy(event));
    }
    return new Change(before, after);
  }

  private static @Nullable Fields allowlistSetBy(@Nullable StandingEvent event) {
    return event instanceof IpAllowlistChanged e
        ? fields().with("ip_allowlist", e.after()).with("environments", e.afterEnvironments())
        : null;
  }

  private static Change member(MemberEvent event, Opened people) {
    return switch (event) {
      case MemberAdded e ->
          new Change(null, fields().with("email", people.text(e.email())).with("role", e.role()));
      case MemberRoleChanged e ->
          new Change(fields().with("role", e.before()), fields().with("role", e.after()));
      case MemberRemoved e -> new Change(fields().with("role", e.before()), null);
      case MemberErased e -> erased();
    };
  }

  private static Change key(KeyEvent event, @Nullable String prior) {
    return switch (event) {
      case KeyCreated e ->
          new Change(
              null,
              fields()
                  .with("name", e.name())
                  .with("environment", e.environment())
                  .with("scopes", e.scopes())
                  .with("created_by", e.createdBy())
                  .with("expires_at", e.expiresAt())
                  .with("status", "active")
                  .with("secrets", List.of(secret(e.secret()))));
      case KeyRotated e ->
          new Change(
              fields()
                  .with("status", "active")
                  .with("secrets", List.of(secret(prior).with("valid_until", null))),
              fields()
                  .with("status", "rotating")
                  .with(
                      "secrets",
                      List.of(
                          secret(e.secret()),
                          secret(prior).with("valid_until", e.previousValidUntil()))));
      case RotationCompleted e ->
          new Change(
              fields()
                  .with("status", "rotating")
                  .with("secrets", List.of(secret(prior), secret(e.endedPrefix()))),
              fields()
                  .with("status", "active")
                  .with("secrets", List.of(secret(prior)))
                  .with("effective_at", e.effectiveAt()));
      case RotationRolledBack e ->
          new Change(
              fields()
                  .with("status", "rotating")
                  .with("secrets", List.of(secret(e.endedPrefix()), secret(prior))),
              fields()
                  .with("status", "active")
                  .with("secrets", List.of(secret(prior).with("valid_until", null))));
      case KeyScopesNarrowed e ->
          new Change(fields().with("scopes", e.before()), fields().with("scopes", e.after()));
      case KeyRenamed e ->
          new Change(fields().with("name", e.before()), fields().with("name", e.after()));
      case KeyLeaked e ->
          new Change(
              null,
              fields()
                  .with("leaked_prefix", e.prefix())
                  .with("url", e.url())
                  .with("source", e.source())
                  .with("reported_by", e.reportedBy()));
      case KeyEndingSoon e ->
          new Change(
              null,
              expiring(
                  e.expiresBy(),
                  fields()
                      .with("cause", e.cause())
                      .with("due_at", e.dueAt())
                      .with("days_left", e.daysLeft())));
      case KeySuspended e ->
          new Change(
              suspension(prior),
              fields()
                  .with("status", "suspended")
                  .with("suspended_until", e.until())
                  .with("reason", e.reason()));
      case KeyResumed e ->
          new Change(
              fields().with("status", "suspended").with("suspended_until", endIn(prior)),
              fields().with("status", statusIn(prior)).with("effective_at", e.effectiveAt()));
      case KeyRevoked e ->
          new Change(
              fields().with("status", prior),
              fields()
                  .with("status", "revoked")
                  .with("cause", e.cause())
                  .with("reason", e.reason())
                  .with("compromised_since", e.compromisedSince()));
      case KeyExpired e ->
          new Change(
              fields().with("status", prior),
              expiring(
                  e.expiresBy(),
                  fields().with("status", "expired").with("effective_at", e.effectiveAt())));
    };
  }

  /** By what a key expires that was not made with that end. */
  private static Fields expiring(@Nullable ExpiresBy by, Fields fields) {
    return by == null ? fields : fields.with("expires_by", by);
  }

  /** Of one that was suspended already, also until when. */
  private static Fields suspension(@Nullable String prior) {
    Fields before = fields().with("status", statusIn(prior));
    return "suspended".equals(statusIn(prior))
        ? before.with("suspended_until", endIn(prior))
        : before;
  }

  private static @Nullable String statusIn(@Nullable String prior) {
    return prior == null ? null : prior.split(" ", 2)[0];
  }

  private static @Nullable Instant endIn(@Nullable String prior) {
    return prior == null || prior.indexOf(' ') < 0
        ? null
        : Instant.parse(prior.substring(prior.indexOf(' ') + 1));
  }

  private static Change subscription(SubscriptionEvent event) {
    return switch (event) {
      case SubscriptionCreated e -> new Change(null, created(e));
      case SubscriptionChanged e -> new Change(settings(e.before()), settings(e.after()));
      case SubscriptionSecretRotated e ->
          new Change(
              fields()
                  .with(
                      "signing_secrets",
                      List.of(fields().with("id", e.secret().id() - 1).with("valid_until", null))),
              fields()
                  .with(
                      "signing_secrets",
                      List.of(
                          secret(e.secret()),
                          fields()
                              .with("id", e.secret().id() - 1)
                              .with("valid_until", e.previousValidUntil()))));
      case SubscriptionPaused e ->
          new Change(
              fields().with("status", "active"),
              fields()
                  .with("status", "paused")
                  .with("cause", e.cause())
                  .with("reason", e.reason()));
      case SubscriptionResumed e ->
          new Change(fields().with("status", "paused"), fields().with("status", "active"));
      case SubscriptionRemoved e ->
          new Change(fields().with("status", e.before()), fields().with("status", "removed"));
    };
  }

  private static Fields created(SubscriptionCreated e) {
    Fields fields =
        fields()
            .with("kind", e.kind())
            .with("name", e.name())
            .with("url", e.url())
            .with("events", e.events())
            .with("signature", e.signature())
            .with("status", "active")
            .with("signing_secrets", List.of(secret(e.secret())));
    if (e.receiver() != null) {
      fields.with("receiver", e.receiver());
    }
    if (e.collector() != null) {
      fields.with("collector", e.collector());
    }
    return fields;
  }

  private static Fields settings(SubscriptionChanged.Settings settings) {
    Fields fields = fields();
    if (settings.name() != null) {
      fields.with("name", settings.name());
    }
    if (settings.url() != null) {
      fields.with("url", settings.url());
    }
    if (settings.events() != null) {
      fields.with("events", settings.events());
    }
    if (settings.collector() != null) {
      fields.with("collector", settings.collector());
    }
    return fields;
  }

  private static Fields secret(SubscriptionSecret secret) {
    Fields fields = fields().with("id", secret.id());
    if (secret.publicKey() != null) {
      fields.with("public_key", secret.publicKey());
    }
    return fields.with("valid_until", null);
  }

  private static Fields secret(IssuedSecret secret) {
    return secret(secret.prefix()).with("valid_until", null);
  }

  private static Fields secret(@Nullable String prefix) {
    return fields().with("prefix", prefix);
  }

  private static Fields fields() {
    return new Fields();
  }

  /** Fields in the order in which they are said, {@code null} among them. */
  private static final class Fields extends LinkedHashMap<String, @Nullable Object> {
    Fields with(String name, @Nullable Object value) {
      put(name, value);
      return this;
    }
  }
}
