package dev.keyledger.query.past;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.query.past.PastState.PastKey;
import dev.keyledger.query.past.PastState.PastMember;
import dev.keyledger.query.past.PastVerdicts.SecretVerdict;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A member who could have used a key or made a new secret of it.
 *
 * @param member as they were; a removed one may still have had a secret
 */
public record KeyHolder(PastMember member, Set<Reason> because) {
  public enum Reason {
    /** It was made by them, or for them. */
    CREATED,
    /** One of its secrets that lived had been shown to them. */
    SHOWN_SECRET,
    /** Their role could rotate keys. */
    MAY_ROTATE
  }

  /**
   * Who was shown a secret first, then the newest member first; nobody where no secret lived, since
   * such a key can't be rotated either.
   */
  static List<KeyHolder> of(
      PastState state, OrganizationRules rules, PastKey key, List<SecretVerdict> secrets) {
    if (secrets.stream().noneMatch(SecretVerdict::lived)) {
      return List.of();
    }
    return state.members().stream()
        .map(member -> new KeyHolder(member, reasons(member, rules, key, secrets)))
        .filter(KeyHolder::isOne)
        .sorted(
            Comparator.comparing((KeyHolder holder) -> !holder.knew())
                .thenComparing(holder -> holder.member().id().value(), Comparator.reverseOrder()))
        .toList();
  }

  private static Set<Reason> reasons(
      PastMember member, OrganizationRules rules, PastKey key, List<SecretVerdict> secrets) {
    var reasons = EnumSet.noneOf(Reason.class);
    if (member.id().uuid().equals(key.createdBy())) {
      reasons.add(Reason.CREATED);
    }
    if (secrets.stream().anyMatch(s -> s.lived() && isShown(s, member.id()))) {
      reasons.add(Reason.SHOWN_SECRET);
    }
    if (member.removedAt() == null
        && rules.permissionsOf(PastAccess.role(member)).contains(Permissions.API_KEYS_ROTATE)) {
      reasons.add(Reason.MAY_ROTATE);
    }
    return reasons;
  }

  private static boolean isShown(SecretVerdict secret, MemberId member) {
    return member.equals(secret.shownTo().member());
  }

  private boolean knew() {
    return because.contains(Reason.SHOWN_SECRET);
  }

  private boolean isOne() {
    return !because.isEmpty();
  }
}
