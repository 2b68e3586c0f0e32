package dev.keyledger.kit.decide;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.kit.decide.KeyVerdict.Accepted;
import dev.keyledger.kit.decide.KeyVerdict.Refused;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a secret is a credential for what is asked: one pass over its text, its match, then
 * comparisons. Free of locks, clocks and anything remote.
 */
public final class KeyDecision {
  private final AccessView state;
  private final SecretMatcher secrets;

  public KeyDecision(AccessView state, SecretMatcher secrets) {
    this.state = state;
    this.secrets = secrets;
  }

  /** About a state in which no presented secret can be known again, as one of the past. */
  public KeyDecision(AccessView state) {
    this(state, presented -> null);
  }

  /**
   * @param fresh whether the state is fresh enough to be believed
   * @param now milliseconds since the epoch
   * @throws UnknowableException when the state cannot tell; what is malformed is refused even then
   */
  public KeyVerdict decide(KeyQuestion question, boolean fresh, long now) {
    Refused elsewhere = fresh ? elsewhere(question) : null;
    if (elsewhere != null) {
      return elsewhere;
    }
    Optional<KeySecret> parsed = KeySecret.parse(question.secret());
    if (parsed.isEmpty()) {
      return Refused.MALFORMED;
    }
    if (!fresh) {
      throw new UnknowableException();
    }
    SecretFacts secret = secrets.match(parsed.get());
    if (secret == null) {
      if (state.hidesKeys()) {
        throw new UnknowableException();
      }
      return Refused.NOT_FOUND;
    }
    return decide(question, parsed.get().shownPrefix(), secret, now);
  }

  /**
   * The same about a secret of which the text isn't there, but which one it is: it left something
   * behind, such as a refresh token, or the question is about the past. By its key as it is now.
   *
   * @param scopes permissions that are needed, each of them
   * @param now milliseconds since the epoch
   * @throws UnknowableException when the state cannot tell
   */
  public KeyVerdict decideHeld(
      SecretFacts secret, Set<KeyUse> uses, RequestContext context, Set<String> scopes, long now) {
    return decide(
        new KeyQuestion("", uses, secret.key().id(), null, context, scopes), "", secret, now);
  }

  private KeyVerdict decide(KeyQuestion question, String prefix, SecretFacts secret, long now) {
    // The position first, then everything, the key too: what is read after it may only know more.
    long position = secret.key().organizationPosition();
    KeyFacts key = secret.key();
    OrganizationRules organization = key.organization();
    if (organization == null || state.isUnreadable(key.organizationId())) {
      throw new UnknowableException();
    }
    if (!isKnownHere(question, key, organization)) {
      return Refused.NOT_FOUND;
    }
    Code ended = endOf(key, secret, now);
    if (ended != null) {
      return new Refused(ended, key);
    }
    if (key.isSuspendedAt(now)) {
      return new Refused(Code.KEY_SUSPENDED, key);
    }
    if (organization.access().suspended()) {
      return new Refused(Code.ORGANIZATION_SUSPENDED, key);
    }
    if (!question.context().takes(key.environment())) {
      return new Refused(Code.WRONG_ENVIRONMENT, key);
    }
    if (organization.bindsAddresses(key.environment())
        && !organization.admits(question.context().address())) {
      return new Refused(Code.IP_NOT_ALLOWED, key);
    }
    Set<String> permissions = Authority.of(key, organization);
    return permissions.containsAll(question.scopes())
        ? new Accepted(key, secret, prefix, organization, permissions, position)
        : new Refused(Code.INSUFFICIENT_SCOPE, key);
  }

  /**
   * Where the key's id comes along, its organisation is known before the secret is looked at: from
   * an address off its list nothing is told of the secret, nor of the key.
   */
  private @Nullable Refused elsewhere(KeyQuestion question) {
    KeyFacts key = question.claimedId() == null ? null : state.key(question.claimedId());
    OrganizationRules organization = key == null ? null : key.organization();
    if (key == null || organization == null || state.isUnreadable(key.organizationId())) {
      return null;
    }
    return isKnownHere(question, key, organization)
            && organization.bindsAddresses(key.environment())
            && !organization.admits(question.context().address())
        ? new Refused(Code.IP_NOT_ALLOWED, key)
        : null;
  }

  private static boolean isKnownHere(
      KeyQuestion question, KeyFacts key, OrganizationRules organization) {
    return (question.only() == null || question.only().equals(key.organizationId()))
        && (question.claimedId() == null || question.claimedId().equals(key.id()))
        && organization.speaks(question.context().dialect())
        && allows(organization.access().policy().keys().uses(), question.uses());
  }

  private static boolean allows(List<KeyUse> policy, Set<KeyUse> asked) {
    for (KeyUse use : policy) {
      if (asked.contains(use)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How this secret of the key has ended: by the event, or because its time came before the ledger
   * said so. A secret that was rotated away counts as revoked.
   */
  static @Nullable Code endOf(KeyFacts key, @Nullable SecretFacts secret, long now) {
    if (key.state() == KeyState.REVOKED) {
      return Code.REVOKED;
    }
    if (key.state() == KeyState.EXPIRED || now >= key.expiresAt()) {
      return Code.EXPIRED;
    }
    return secret == null || now >= key.validUntil(secret) ? Code.REVOKED : null;
  }
}
