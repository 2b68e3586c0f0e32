package dev.keyledger.command.relay;

import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.KeyAccess.Suspension;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;

/** What enforcement needs of the subject of an event, after it. */
final class AccessRecords {
  private AccessRecords() {}

  static AccessRecord of(OrganizationEvent event, OrganizationState after) {
    return switch (event) {
      case StandingEvent e -> after.standing().access(after.position());
      // So that its position comes into force like any other: nothing of the organisation changes.
      case PersonEvent e -> after.standing().access(after.position());
      case SubscriptionEvent e -> after.standing().access(after.position());
      case MemberEvent e -> ofMember(after, e.member());
      case KeyEvent e -> ofKey(after, e.key());
    };
  }

  private static AccessRecord ofMember(OrganizationState state, MemberId id) {
    Member member =
        state.members().find(id).orElseThrow(() -> new IllegalStateException("no " + id));
    return new MemberAccess(
        state.id(), state.position(), id, member.person(), member.role(), member.removed());
  }

  private static AccessRecord ofKey(OrganizationState state, KeyId id) {
    Key key = state.keys().find(id).orElseThrow(() -> new IllegalStateException("no " + id));
    return new KeyAccess(
        state.id(),
        state.position(),
        id,
        key.environment(),
        key.scopes(),
        key.createdBy(),
        key.expiresAt(),
        stateOf(key),
        key.secrets().stream().map(AccessRecords::ofSecret).toList(),
        key.suspension() == null ? null : new Suspension(key.suspension().until()));
  }

  private static SecretAccess ofSecret(Key.Secret secret) {
    return new SecretAccess(
        secret.prefix(),
        secret.verifier(),
        secret.createdAt(),
        secret.validUntil(),
        secret.ended() ? secret.validUntil() : null);
  }

  private static KeyState stateOf(Key key) {
    return switch (key.ended()) {
      case REVOKED -> KeyState.REVOKED;
      case EXPIRED -> KeyState.EXPIRED;
      case null -> KeyState.ACTIVE;
    };
  }
}
