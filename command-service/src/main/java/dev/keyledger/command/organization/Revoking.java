package dev.keyledger.command.organization;

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
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent;

/** Which events end something, or send local verifiers back to ask: whatever the policy says. */
public final class Revoking {
  private Revoking() {}

  public static boolean revokes(OrganizationEvent event) {
    return switch (event) {
      case KeyRevoked e -> true;
      case KeyExpired e -> true;
      case RotationCompleted e -> true;
      case RotationRolledBack e -> true;
      case KeyScopesNarrowed e -> true;
      case MemberRoleChanged e -> true;
      case MemberRemoved e -> true;
      case MemberErased e -> false;
      case PersonErased e -> false;
      case OrganizationSuspended e -> true;
      case OrganizationReinstated e -> true;
      case PolicyChanged e -> true;
      case IpAllowlistChanged e -> true;
      case LiveEnabled e -> true;
      case OrganizationVerified e -> true;
      case OrganizationRegistered e -> false;
      case MemberAdded e -> false;
      case KeyCreated e -> false;
      case KeyRotated e -> e.previousValidUntil() != null;
      case KeyRenamed e -> false;
      case KeyLeaked e -> false;
      case KeyEndingSoon e -> false;
      case SubscriptionEvent e -> false;
      case KeySuspended e -> true;
      case KeyResumed e -> true;
    };
  }
}
