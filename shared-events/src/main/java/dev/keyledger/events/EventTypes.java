package dev.keyledger.events;

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
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The names under which events are stored, for ever: a class may be renamed, a name may not. */
public final class EventTypes {
  private static final Map<String, Class<? extends OrganizationEvent>> BY_NAME =
      Map.ofEntries(
          Map.entry("organization.registered", OrganizationRegistered.class),
          Map.entry("organization.verified", OrganizationVerified.class),
          Map.entry("organization.live_enabled", LiveEnabled.class),
          Map.entry("organization.suspended", OrganizationSuspended.class),
          Map.entry("organization.reinstated", OrganizationReinstated.class),
          Map.entry("organization.policy_changed", PolicyChanged.class),
          Map.entry("organization.ip_allowlist_changed", IpAllowlistChanged.class),
          Map.entry("member.added", MemberAdded.class),
          Map.entry("member.role_changed", MemberRoleChanged.class),
          Map.entry("member.removed", MemberRemoved.class),
          Map.entry("member.erased", MemberErased.class),
          Map.entry("person.erased", PersonErased.class),
          Map.entry("key.created", KeyCreated.class),
          Map.entry("key.rotated", KeyRotated.class),
          Map.entry("key.rotation_completed", RotationCompleted.class),
          Map.entry("key.rotation_rolled_back", RotationRolledBack.class),
          Map.entry("key.scopes_narrowed", KeyScopesNarrowed.class),
          Map.entry("key.renamed", KeyRenamed.class),
          Map.entry("key.leaked", KeyLeaked.class),
          Map.entry("key.suspended", KeySuspended.class),
          Map.entry("key.resumed", KeyResumed.class),
          Map.entry("key.ending_soon", KeyEndingSoon.class),
          Map.entry("key.revoked", KeyRevoked.class),
          Map.entry("key.expired", KeyExpired.class),
          Map.entry("subscription.created", SubscriptionCreated.class),
          Map.entry("subscription.changed", SubscriptionChanged.class),
          Map.entry("subscription.secret_rotated", SubscriptionSecretRotated.class),
          Map.entry("subscription.paused", SubscriptionPaused.class),
          Map.entry("subscription.resumed", SubscriptionResumed.class),
          Map.entry("subscription.removed", SubscriptionRemoved.class));

  private static final Map<Class<?>, String> BY_CLASS =
      BY_NAME.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private EventTypes() {}

  public static String nameOf(Class<?> type) {
    return Optional.ofNullable(BY_CLASS.get(type))
        .orElseThrow(() -> new IllegalArgumentException(type + " is not an event of the ledger"));
  }

  public static String nameOf(OrganizationEvent event) {
    return nameOf(event.getClass());
  }

  /** Empty for a name that this release does not know: a service that reads it has to stop. */
  public static Optional<Class<? extends OrganizationEvent>> classOf(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  public static Map<String, Class<? extends OrganizationEvent>> all() {
    return BY_NAME;
  }
}
