package dev.keyledger.token.enforcement.decide;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.KeyEntry;
import dev.keyledger.token.enforcement.access.Organization;
import dev.keyledger.token.enforcement.access.SecretEntry;
import dev.keyledger.token.enforcement.decide.KeyVerdict.Accepted;
import dev.keyledger.token.enforcement.decide.KeyVerdict.Refused;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a secret is a credential for what is asked: one pass over its text, one HMAC, one
 * look-up, then comparisons. Free of locks, clocks and anything remote.
 */
public final class KeyDecision {
  private final AccessState state;
  private final Peppers peppers;

  public KeyDecision(AccessState state, Peppers peppers) {
    this.state = state;
    this.peppers = peppers;
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
    byte[] verifier = peppers.verifierOf(parsed.get());
    SecretEntry secret = verifier == null ? null : state.secret(verifier);
    if (secret == null) {
      if (state.hidesKeys()) {
        throw new UnknowableException();
      }
      return Refused.NOT_FOUND;
    }
    return decide(question, parsed.get().shownPrefix(), secret, now);
  }

  /**
   * The same about a secret that was presented before and left something behind, such as a refresh
   * token: whether it would still be accepted, by its key as it is now.
   */
  public KeyVerdict decideHeld(
      SecretEntry secret, Set<KeyUse> uses, RequestContext context, long now) {
    return decide(
        new KeyQuestion("", uses, secret.key().id(), null, context, Set.of()), "", secret, now);
  }

  private KeyVerdict decide(KeyQuestion question, String prefix, SecretEntry secret, long now) {
    // The position first, then everything, the key too: what is read after it may only know more.
    long position = secret.key().organizationPosition();
    KeyEntry key = secret.key();
    Organization organization = key.organization();
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
    KeyEntry key = question.claimedId() == null ? null : state.key(question.claimedId());
    Organization organization = key == null ? null : key.organization();
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
      KeyQuestion question, KeyEntry key, Organization organization) {
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
   * How this secret of the key has ended: by the event, or because its time came before anybody
   * wrote that down. A secret that was rotated away counts as revoked.
   */
  static @Nullable Code endOf(KeyEntry key, @Nullable SecretEntry secret, long now) {
    if (key.state() == KeyState.REVOKED) {
      return Code.REVOKED;
    }
    if (key.state() == KeyState.EXPIRED || now >= key.expiresAt()) {
      return Code.EXPIRED;
    }
    return secret == null || now >= key.validUntil(secret) ? Code.REVOKED : null;
  }
}
