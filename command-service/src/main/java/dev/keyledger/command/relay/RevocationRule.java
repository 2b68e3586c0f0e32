package dev.keyledger.command.relay;

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
import dev.keyledger.events.LedgerEvent;
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
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.Id;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Policy;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Which events end what, or send local verifiers back to ask. */
final class RevocationRule {
  // Tokens of the very millisecond of the event are meant too.
  private static final Duration INCLUSIVE = Duration.ofMillis(1);

  private RevocationRule() {}

  /**
   * @param policy after the event
   * @param secretNames the name of a key's secret, by how it is shown
   * @param previous position of the organisation's revocation before; {@code null} for none
   */
  static @Nullable Revocation of(
      LedgerEvent event,
      Policy policy,
      BiFunction<KeyId, String, String> secretNames,
      @Nullable Long previous) {
    boolean outstandingEnd = policy.keys().outstandingTokens() == OutstandingTokens.END;
    return switch (event.event()) {
      case KeyRevoked e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.END, outstandingEnd);
      case KeyExpired e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.END, outstandingEnd);
      case RotationCompleted e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, outstandingEnd)
              .ofSecret(secretNames.apply(e.key(), e.endedPrefix()));
      case RotationRolledBack e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, outstandingEnd)
              .ofSecret(secretNames.apply(e.key(), e.endedPrefix()));
      // Tokens of the older secret may end before the time that they say: token-service knows when.
      case KeyRotated e ->
          e.previousValidUntil() == null
              ? null
              : revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, true);
      case KeyScopesNarrowed e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, true);
      // No end: as of a suspended organisation, what is refused lives again afterwards.
      case KeySuspended e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, true);
      case KeyResumed e ->
          revocation(event, previous, Subject.CREDENTIAL, e.key(), Effect.RECHECK, true);
      case MemberRoleChanged e ->
          revocation(event, previous, Subject.MEMBER, e.member(), Effect.RECHECK, true);
      case MemberRemoved e ->
          revocation(event, previous, Subject.MEMBER, e.member(), Effect.END, true);
      // No end: what is refused while it lasts lives again afterwards, whoever is asked.
      case OrganizationSuspended e -> recheckOrganization(event, previous);
      case OrganizationReinstated e -> recheckOrganization(event, previous);
      case PolicyChanged e -> recheckOrganization(event, previous);
      case IpAllowlistChanged e -> recheckOrganization(event, previous);
      case LiveEnabled e -> recheckOrganization(event, previous);
      // Nothing ends, but what had to wait for it may be done from now on.
      case OrganizationVerified e -> recheckOrganization(event, previous);
      case OrganizationRegistered e -> null;
      case MemberAdded e -> null;
      case MemberErased e -> null;
      case PersonErased e -> null;
      case KeyCreated e -> null;
      case KeyRenamed e -> null;
      case KeyLeaked e -> null;
      case KeyEndingSoon e -> null;
      case SubscriptionEvent e -> null;
    };
  }

  private static Revocation recheckOrganization(LedgerEvent event, @Nullable Long previous) {
    return revocation(
        event, previous, Subject.ORGANIZATION, event.organization(), Effect.RECHECK, true);
  }

  private static Revocation revocation(
      LedgerEvent event,
      @Nullable Long previous,
      Subject subject,
      Id id,
      Effect effect,
      boolean endsTokens) {
    return new Revocation(
        event.organization(),
        event.organization().value(),
        event.position(),
        previous,
        subject,
        id.value(),
        event.event().at().plus(INCLUSIVE),
        effect,
        endsTokens,
        event.event().at());
  }
}
