package dev.keyledger.query.past;

import static dev.keyledger.query.past.KeyEvidence.last;
import static dev.keyledger.query.past.KeyEvidence.later;

import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.kit.decide.Check;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.query.past.IssuedSecrets.Issued;
import dev.keyledger.query.past.PastState.PastKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which event each check of a key rests on: the last of those that said something of it. Before it,
 * the check may have come out otherwise; since, nothing has changed it.
 */
final class Grounds {
  private final KeyEvidence evidence;
  private final OrganizationRules rules;
  private final PastKey key;

  Grounds(KeyEvidence evidence, OrganizationRules rules, PastKey key) {
    this.evidence = evidence;
    this.rules = rules;
    this.key = key;
  }

  LedgerEvent of(Check check, Issued secret) {
    return switch (check) {
      case USE -> policy();
      case STATUS -> status(secret);
      case SUSPENSION ->
          last(evidence.standing(), OrganizationSuspended.class, OrganizationReinstated.class)
              .orElse(registered());
      case ENVIRONMENT -> created();
      case ADDRESS -> allowlist();
      case SCOPE -> last(evidence.key(), KeyScopesNarrowed.class).orElse(created());
      case AUTHORITY -> authority();
    };
  }

  private LedgerEvent registered() {
    return evidence.standing().getFirst();
  }

  private LedgerEvent created() {
    return evidence.key().getFirst();
  }

  private LedgerEvent policy() {
    return last(evidence.standing(), PolicyChanged.class).orElse(registered());
  }

  /**
   * A key's end comes before its secrets', and the time that ends it was set when it was made. A
   * suspension is asked about behind both, and its end was set with it. What ends by its age does
   * by the event that gave it that age and the policy.
   */
  private LedgerEvent status(Issued secret) {
    return last(evidence.key(), KeyRevoked.class, KeyExpired.class)
        .orElseGet(() ->
            isOver(key.endsAt())
                ? key.endsByAge() ? later(newestSecret(), policy()) : created()
                : latest(secret));
  }

  private boolean isOver(@Nullable Instant end) {
    return end != null && !end.isAfter(evidence.at());
  }

  private LedgerEvent newestSecret() {
    return last(evidence.key(), KeyRotated.class, RotationRolledBack.class).orElse(created());
  }

  private LedgerEvent latest(Issued secret) {
    KeyRules keys = rules.access().policy().keys();
    if (secret.endedAt() == null && isOver(keys.tooOldAt(secret.createdAt()))) {
      return later(secret.latest(), policy());
    }
    return isOver(secret.end(keys))
        ? secret.latest()
        : later(
            secret.latest(),
            last(evidence.key(), KeySuspended.class, KeyResumed.class).orElse(null));
  }

  /** A list that names no environments binds those that the policy says. */
  private LedgerEvent allowlist() {
    LedgerEvent list = last(evidence.standing(), IpAllowlistChanged.class).orElse(registered());
    boolean byPolicy =
        !rules.access().ipAllowlist().isEmpty() && rules.access().allowlistEnvironments().isEmpty();
    return byPolicy ? later(list, policy()) : list;
  }

  private LedgerEvent authority() {
    LedgerEvent policy =
        later(policy(), last(evidence.standing(), OrganizationVerified.class).orElse(null));
    LedgerEvent creator = creator();
    boolean gone = creator != null && creator.event() instanceof MemberRemoved;
    boolean creators = rules.access().policy().keys().authority() == Authority.CREATOR;
    return creator != null && gone && creators ? creator : later(policy, creator);
  }

  private @Nullable LedgerEvent creator() {
    if (key.createdBy() == null) {
      return null;
    }
    MemberId id = MemberId.of(key.createdBy());
    return last(
            evidence.members(),
            event -> event instanceof MemberEvent member && member.member().equals(id))
        .orElse(null);
  }
}
