package dev.keyledger.command.api;

import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
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
import dev.keyledger.events.PersonEvent.PersonErased;
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
import dev.keyledger.events.id.Id;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event that would be recorded. What the command itself would draw anew isn't told: neither the
 * id of what would come to be, nor anything of a secret.
 *
 * @param data its own fields
 */
record ForeseenEvent(String type, Subject subject, Map<String, @Nullable Object> data) {
  /**
   * @param id {@code null} of the organisation itself, and of what isn't there yet
   */
  record Subject(String kind, @Nullable Id id) {}

  static ForeseenEvent of(OrganizationEvent event) {
    return new ForeseenEvent(EventTypes.nameOf(event), subjectOf(event), fieldsOf(event));
  }

  private static Subject subjectOf(OrganizationEvent event) {
    return switch (event) {
      case StandingEvent e -> new Subject("organization", null);
      case MemberAdded e -> new Subject("member", null);
      case PersonEvent e -> new Subject("person", e.person());
      case MemberEvent e -> new Subject("member", e.member());
      case SubscriptionCreated e -> new Subject("subscription", null);
      case SubscriptionEvent e -> new Subject("subscription", e.subscription());
      case KeyCreated e -> new Subject("key", null);
      case KeyEvent e -> new Subject("key", e.key());
    };
  }

  /** Field by field: what an event gets later is told when somebody has thought about it. */
  private static Data fieldsOf(OrganizationEvent event) {
    return switch (event) {
      case OrganizationRegistered e ->
          fields()
              .with("slug", e.slug())
              .with("name", e.name())
              .with("kind", e.kind())
              .with("preset", e.preset())
              .with("policy", e.policy());
      case OrganizationVerified e -> fields();
      case LiveEnabled e -> fields();
      case OrganizationSuspended e -> fields().with("reason", e.reason());
      case OrganizationReinstated e -> fields();
      case PolicyChanged e ->
          fields().with("before", e.before()).with("after", e.after()).with("ceiling", e.ceiling());
      case IpAllowlistChanged e ->
          fields()
              .with("before", e.before())
              .with("after", e.after())
              .with("before_environments", e.beforeEnvironments())
              .with("after_environments", e.afterEnvironments())
              .with("ceiling", e.ceiling());
      case MemberAdded e -> fields().with("role", e.role());
      case MemberRoleChanged e -> fields().with("before", e.before()).with("after", e.after());
      case MemberRemoved e -> fields().with("before", e.before());
      case MemberErased e -> fields();
      case PersonErased e -> fields();
      case KeyCreated e ->
          fields()
              .with("name", e.name())
              .with("environment", e.environment())
              .with("scopes", e.scopes())
              .with("created_by", e.createdBy())
              .with("expires_at", e.expiresAt());
      case KeyRotated e -> fields().with("previous_valid_until", e.previousValidUntil());
      case RotationCompleted e ->
          fields().with("ended_prefix", e.endedPrefix()).with("effective_at", e.effectiveAt());
      case RotationRolledBack e -> fields().with("ended_prefix", e.endedPrefix());
      case KeyScopesNarrowed e -> fields().with("before", e.before()).with("after", e.after());
      case KeyRenamed e -> fields().with("before", e.before()).with("after", e.after());
      case KeyLeaked e ->
          fields()
              .with("prefix", e.prefix())
              .with("url", e.url())
              .with("source", e.source())
              .with("reported_by", e.reportedBy());
      case KeySuspended e -> fields().with("until", e.until()).with("reason", e.reason());
      case KeyResumed e -> fields().with("effective_at", e.effectiveAt());
      case KeyRevoked e ->
          fields()
              .with("cause", e.cause())
              .with("reason", e.reason())
              .with("compromised_since", e.compromisedSince());
      case KeyEndingSoon e ->
          fields()
              .with("cause", e.cause())
              .with("due_at", e.dueAt())
              .with("days_left", e.daysLeft())
              .with("expires_by", e.expiresBy());
      case KeyExpired e ->
          fields().with("effective_at", e.effectiveAt()).with("expires_by", e.expiresBy());
      case SubscriptionCreated e -> {
        Data created =
            fields()
                .with("kind", e.kind())
                .with("name", e.name())
                .with("url", e.url())
                .with("events", e.events())
                .with("signature", e.signature());
        yield e.collector() == null ? created : created.with("collector", e.collector());
      }
      case SubscriptionChanged e -> fields().with("before", e.before()).with("after", e.after());
      case SubscriptionSecretRotated e ->
          fields().with("previous_valid_until", e.previousValidUntil());
      case SubscriptionPaused e -> fields().with("cause", e.cause()).with("reason", e.reason());
      case SubscriptionResumed e -> fields();
      case SubscriptionRemoved e -> fields().with("before", e.before());
    };
  }

  private static Data fields() {
    return new Data();
  }

  /** Fields in the order in which they are said, {@code null} among them. */
  private static final class Data extends LinkedHashMap<String, @Nullable Object> {
    Data with(String name, @Nullable Object value) {
      put(name, value);
      return this;
    }
  }
}
