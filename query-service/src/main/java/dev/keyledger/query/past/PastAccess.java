package dev.keyledger.query.past;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.KeyAccess.Suspension;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.RecordedAccess;
import dev.keyledger.query.past.IssuedSecrets.Issued;
import dev.keyledger.query.past.PastState.PastKey;
import dev.keyledger.query.past.PastState.PastMember;
import dev.keyledger.query.past.PastState.PastOrganization;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A past state in the records that the relay wrote of it, for the one decision there is. */
final class PastAccess {
  private PastAccess() {}

  static RecordedAccess of(
      OrganizationRules rules, PastState state, PastKey key, List<Issued> secrets, long position) {
    return new RecordedAccess(
        rules,
        position,
        state.members().stream().map(member -> member(rules, member, position)).toList(),
        List.of(key(rules, key, secrets, position)));
  }

  static OrganizationRules rules(PastState state, long position) {
    PastOrganization organization = state.organization();
    return new OrganizationRules(
        new OrganizationAccess(
            organization.id(),
            position,
            organization.slug(),
            OrganizationKind.valueOf(upper(organization.kind())),
            !organization.status().equals("onboarding"),
            organization.status().equals("live"),
            organization.suspended(),
            organization.ipAllowlist(),
            organization.ipAllowlistEnvironments(),
            state.policy().policy()));
  }

  static Role role(PastMember member) {
    return Role.valueOf(upper(member.role()));
  }

  private static MemberAccess member(OrganizationRules rules, PastMember member, long position) {
    return new MemberAccess(
        rules.id(),
        position,
        member.id(),
        member.email().person(),
        role(member),
        member.removedAt() != null);
  }

  private static KeyAccess key(
      OrganizationRules rules, PastKey key, List<Issued> secrets, long position) {
    return new KeyAccess(
        rules.id(),
        position,
        KeyId.of(key.id()),
        key.environment(),
        key.scopes(),
        key.createdBy() == null ? null : MemberId.of(key.createdBy()),
        key.expiresAt(),
        stateOf(key.ended()),
        secrets.stream().map(Issued::access).toList(),
        key.suspended() ? new Suspension(key.suspendedUntil()) : null);
  }

  private static KeyState stateOf(@Nullable String ended) {
    return ended == null ? KeyState.ACTIVE : KeyState.valueOf(upper(ended));
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }
}
