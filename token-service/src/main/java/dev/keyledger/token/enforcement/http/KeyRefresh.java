package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.SecretFacts;
import dev.keyledger.token.enforcement.refresh.KeyExchange;
import dev.keyledger.token.enforcement.refresh.KeyRefreshFamily;
import dev.keyledger.token.enforcement.refresh.Rotation;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One refresh of a key's family, by the state of access as it is. */
final class KeyRefresh implements KeyExchange {
  private static final Set<KeyUse> USES = Set.of(KeyUse.LOGIN, KeyUse.EXCHANGE);

  private final CredentialChecks checks;
  private final KeyDecision keys;
  private final Presentation presented;
  private final Consumer<OrganizationRules> counted;
  private final Instant at;

  /**
   * @param counted told of each token that is issued, before it is; refuses what is beyond a rate
   */
  KeyRefresh(
      CredentialChecks checks,
      KeyDecision keys,
      Presentation presented,
      Consumer<OrganizationRules> counted) {
    this.checks = checks;
    this.keys = keys;
    this.presented = presented;
    this.counted = counted;
    this.at = checks.now();
  }

  /**
   * Another client's token is unknown to a client, and so is one of another dialect. That a secret
   * is due is told to whoever has such a token, whichever client they name.
   */
  @Override
  public Optional<Rotation> notAdmitted(KeyRefreshFamily family) {
    String key = family.key().value();
    boolean another =
        presented.client() == null
            ? !family.confidential() && presented.named() != null && !key.equals(presented.named())
            : !presented.client().equals(family.key());
    if (another || !family.dialect().equals(TokenGrants.dialectOf(presented.context()))) {
      return Optional.of(new Rotation.Refused(Code.NOT_FOUND));
    }
    return family.confidential() && presented.client() == null
        ? Optional.of(new Rotation.Declined(Rotation.Fault.CLIENT_NOT_AUTHENTICATED))
        : Optional.empty();
  }

  @Override
  public @Nullable Duration reuseInterval(KeyRefreshFamily family) {
    OrganizationRules organization = checks.state().organization(family.organization());
    return organization == null
        ? null
        : organization.access().policy().keyTokens().refreshReuseInterval();
  }

  /**
   * With this one, unless policy renews its lifetime. A policy that was tightened, or gives none
   * any more, counts for families that run already.
   */
  @Override
  public Instant endOfNext(KeyRefreshFamily family, Instant issuedAt) {
    KeyFacts key = checks.state().key(family.key());
    OrganizationRules organization = checks.state().organization(family.organization());
    if (key == null || organization == null) {
      return family.expiresAt();
    }
    KeyTokenRules rules = organization.access().policy().keyTokens();
    Instant byPolicy = rules.endOfRefresh(family.begunAt(), issuedAt).orElse(at);
    if (!at.isBefore(byPolicy)) {
      return at;
    }
    return switch (rules.refresh()) {
      case FIXED -> byPolicy.isBefore(family.expiresAt()) ? byPolicy : family.expiresAt();
      case RENEWED -> withinKey(rules.endOfRefresh(family.begunAt(), at).orElse(at), key);
    };
  }

  static Instant withinKey(Instant end, KeyFacts key) {
    // Once: a policy that changes meanwhile moves it.
    long expiresAt = key.expiresAt();
    return end.toEpochMilli() < expiresAt ? end : Instant.ofEpochMilli(expiresAt);
  }

  @Override
  public Outcome outcome(KeyRefreshFamily family) {
    return switch (standing(family)) {
      case KeyVerdict.Refused refused -> new Nothing(new Rotation.Refused(refused.code()));
      case KeyVerdict.Accepted accepted -> {
        Set<String> granted = family.granted(accepted.permissions());
        yield granted.containsAll(presented.scope())
            ? access(family, accepted, granted)
            : new Nothing(new Rotation.Declined(Rotation.Fault.BEYOND_SCOPE));
      }
    };
  }

  private Outcome access(
      KeyRefreshFamily family, KeyVerdict.Accepted accepted, Set<String> granted) {
    boolean asked = !presented.scope().isEmpty();
    Set<String> permissions = asked ? presented.scope() : granted;
    Supplier<IssuedToken> token =
        checks
            .issued()
            .readyForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                permissions,
                asked || family.scope() != null,
                accepted.position(),
                at);
    return token == null
        ? new Nothing(new Rotation.Refused(Code.EXPIRED))
        : new Access(
            () -> {
              counted.accept(accepted.organization());
              return token.get();
            },
            permissions);
  }

  // Whether the family's key and secret would still be accepted here.
  private KeyVerdict standing(KeyRefreshFamily family) {
    KeyFacts key = checks.state().key(family.key());
    if (key == null) {
      return new KeyVerdict.Refused(Code.NOT_FOUND, null);
    }
    SecretFacts secret = key.secretNamed(family.secret());
    return secret == null
        ? new KeyVerdict.Refused(Code.REVOKED, key)
        : keys.decideHeld(secret, USES, presented.context(), Set.of(), at.toEpochMilli());
  }
}
