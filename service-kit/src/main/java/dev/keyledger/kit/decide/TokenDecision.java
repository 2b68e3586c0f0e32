package dev.keyledger.kit.decide;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.decide.TokenVerdict.Active;
import dev.keyledger.kit.decide.TokenVerdict.Inactive;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token that is ours still holds, and for what: at every use by the state of that moment.
 */
public final class TokenDecision {
  /** By how much one replica may be behind another, and its clock too. */
  private static final Duration MOST_BEHIND = Duration.ofMinutes(1);

  private final AccessView state;
  private final EndedCredentials ended;

  public TokenDecision(AccessView state, EndedCredentials ended) {
    this.state = state;
    this.ended = ended;
  }

  /**
   * @param now milliseconds since the epoch
   * @throws UnknowableException when the state cannot tell
   */
  public TokenVerdict decide(AccessClaims claims, RequestContext context, boolean fresh, long now) {
    return decideAt(context, claims, fresh, now);
  }

  /**
   * Whether it would be accepted somewhere with all that it says of itself: for who reads no more
   * than the token, and is told no more than yes or no. One that may do less by now than it says
   * isn't, nor one that has come to be bound to addresses and doesn't say so; whether an address
   * that it is bound to as it says admits it, is for who sees the address. An end that its time
   * makes is left to its time, for clocks that differ: it stays as it was just before.
   *
   * @param now milliseconds since the epoch, of a state that is fresh
   * @return false too where the state can't tell of this one
   */
  public boolean holdsAsIssued(AccessClaims claims, long now) {
    long at = Math.min(now, claims.expiresAt().toEpochMilli() - 1);
    if (precedes(claims, now)) {
      return !hasEnded(claims) && !hasEndedWithKey(claims);
    }
    try {
      return switch (decideAt(null, claims, true, at)) {
        case Inactive inactive -> false;
        case Active active ->
            active.permissions().containsAll(claims.scope())
                && (claims.addressBound() || !active.addressBound());
      };
    } catch (UnknowableException e) {
      return false;
    }
  }

  // The state is of before the token was issued, by another replica that was ahead, and fresh all
  // the same: of what it says, that one knew already. Nothing that is fresh is so for long.
  private boolean precedes(AccessClaims claims, long now) {
    OrganizationId organization = claims.organization();
    return organization != null
        && now - claims.issuedAt().toEpochMilli() < MOST_BEHIND.toMillis()
        && !state.isUnreadable(organization)
        && state.positionOf(organization) < claims.position();
  }

  // No context is one that bounds nothing.
  private TokenVerdict decideAt(
      @Nullable RequestContext context, AccessClaims claims, boolean fresh, long now) {
    if (!isKnownIn(context, claims)) {
      return new Inactive(Code.NOT_FOUND);
    }
    if (now >= claims.expiresAt().toEpochMilli()) {
      return new Inactive(Code.EXPIRED);
    }
    if (!fresh) {
      throw new UnknowableException();
    }
    if (hasEnded(claims)) {
      return isOfRemovedMember(claims) ? Inactive.OF_REMOVED_MEMBER : new Inactive(Code.REVOKED);
    }
    return switch (claims.kind()) {
      case OPERATOR -> new Active(claims, claims.scope());
      case MEMBER -> ofMember(claims, context, now);
      case API_KEY -> ofKey(claims, context, now);
    };
  }

  /**
   * Whether there is anything left to end of a token: neither its time nor a revocation has. Needs
   * no fresh view, since ending twice does no harm.
   */
  public TokenVerdict standing(AccessClaims claims, long now) {
    if (now >= claims.expiresAt().toEpochMilli()) {
      return new Inactive(Code.EXPIRED);
    }
    return hasEnded(claims) ? new Inactive(Code.REVOKED) : new Active(claims, Set.of());
  }

  /**
   * Whether nothing that is known speaks against a person's token, however old or incomplete that
   * is. It is no yes: who says yes by it has to know by other means that the session is alive, and
   * to grant nothing that a role could.
   *
   * @param now milliseconds since the epoch
   */
  public boolean isUncontested(AccessClaims claims, RequestContext context, long now) {
    if (claims.kind() == AccessClaims.Kind.API_KEY
        || !isKnownIn(context, claims)
        || now >= claims.expiresAt().toEpochMilli()
        || hasEnded(claims)) {
      return false;
    }
    if (claims.member() == null || claims.organization() == null) {
      return true;
    }
    OrganizationRules organization = state.organization(claims.organization());
    Membership member = state.member(claims.member());
    return organization != null
        && member != null
        && !member.removed()
        && refusal(organization, context, organization.bindsAddressesOfPeople()) == null;
  }

  // First of all: a dialect doesn't hear either that another's token has expired. Who belongs to no
  // organisation belongs to no dialect; what they may do in one is for the service behind it to
  // say.
  private boolean isKnownIn(@Nullable RequestContext context, AccessClaims claims) {
    if (context == null || context.dialect() == null || claims.organization() == null) {
      return true;
    }
    OrganizationRules organization = state.organization(claims.organization());
    return organization == null || organization.speaks(context.dialect());
  }

  // A key that is its organisation's is no member's: who made it and has left is no reason.
  private boolean isOfRemovedMember(AccessClaims claims) {
    Membership member = claims.member() == null ? null : state.member(claims.member());
    return member != null && member.removed() && (claims.key() == null || actsForMember(claims));
  }

  private boolean actsForMember(AccessClaims claims) {
    OrganizationRules organization =
        claims.organization() == null ? null : state.organization(claims.organization());
    return organization != null && Authority.isItsCreators(organization);
  }

  private boolean hasEnded(AccessClaims claims) {
    return ended.hasEnded(claims.jti())
        || (claims.session() != null && ended.hasEnded(claims.session()));
  }

  private boolean hasEndedWithKey(AccessClaims claims) {
    return (claims.key() != null && ended.hasEndedTokensOf(claims.key()))
        || (claims.secret() != null && ended.hasEndedTokensOfSecret(claims.secret()));
  }

  private TokenVerdict ofMember(AccessClaims claims, @Nullable RequestContext context, long now) {
    if (claims.member() == null) {
      return new Active(claims, Set.of()); // A person without an active organisation.
    }
    long position = positionOf(claims);
    OrganizationRules organization = organization(claims);
    Membership member = state.member(claims.member());
    if (organization == null || member == null) {
      return new Inactive(Code.REVOKED);
    }
    if (member.removed()) {
      return Inactive.OF_REMOVED_MEMBER;
    }
    long until = endOf(claims, organization.access().policy().sessions().accessLifetime());
    if (now >= until) {
      return new Inactive(Code.EXPIRED);
    }
    boolean bound = organization.bindsAddressesOfPeople();
    Code refusal = refusal(organization, context, bound);
    return refusal != null
        ? new Inactive(refusal)
        : new Active(
            claims, organization.permissionsOf(member.role()), bound, position, false, until);
  }

  private TokenVerdict ofKey(AccessClaims claims, @Nullable RequestContext context, long now) {
    long position = positionOf(claims);
    OrganizationRules organization = organization(claims);
    KeyFacts key = claims.key() == null ? null : state.key(claims.key());
    if (organization == null || key == null) {
      if (state.hidesKeys()) {
        throw new UnknowableException();
      }
      return new Inactive(Code.NOT_FOUND);
    }
    boolean ofRemoved = isOfRemovedMember(claims);
    if (hasEndedWithKey(claims)) {
      return ofRemoved ? Inactive.OF_REMOVED_MEMBER : new Inactive(Code.REVOKED);
    }
    long until = endOf(claims, organization.access().policy().keyTokens().lifetime());
    if (Authority.endsTokens(organization)) {
      SecretFacts secret = claims.secret() == null ? null : key.secretNamed(claims.secret());
      Code end = KeyDecision.endOf(key, secret, now);
      if (end != null) {
        return ofRemoved ? Inactive.OF_REMOVED_MEMBER : new Inactive(end);
      }
      until = Math.min(until, key.expiresAt());
      until = secret == null ? until : Math.min(until, key.validUntil(secret));
    }
    if (now >= until) {
      return new Inactive(Code.EXPIRED);
    }
    // Whatever policy says of tokens of a key that has ended: this one is to be seen to be missed.
    if (key.isSuspendedAt(now)) {
      return new Inactive(Code.KEY_SUSPENDED);
    }
    if (context != null && !context.takes(key.environment())) {
      return new Inactive(Code.WRONG_ENVIRONMENT);
    }
    boolean bound = organization.bindsAddresses(key.environment());
    Code refusal = refusal(organization, context, bound);
    if (refusal != null) {
      return new Inactive(refusal);
    }
    Set<String> permissions = Authority.of(key, organization);
    return new Active(
        claims,
        claims.narrowed() ? Authority.intersection(permissions, claims.scope()) : permissions,
        bound,
        position,
        ofRemoved,
        until);
  }

  // A policy that was tightened meanwhile counts for tokens that are out there.
  private static long endOf(AccessClaims claims, Duration lifetime) {
    long byPolicy =
        TimeUnit.SECONDS.toMillis(claims.issuedAt().getEpochSecond() + lifetime.toSeconds());
    return Math.min(byPolicy, claims.expiresAt().toEpochMilli());
  }

  // Read first: what is computed after it may only know more.
  private long positionOf(AccessClaims claims) {
    return claims.organization() == null ? -1 : state.positionOf(claims.organization());
  }

  private @Nullable OrganizationRules organization(AccessClaims claims) {
    if (claims.organization() == null) {
      return null;
    }
    if (state.isUnreadable(claims.organization())) {
      throw new UnknowableException();
    }
    return state.organization(claims.organization());
  }

  private static @Nullable Code refusal(
      OrganizationRules organization, @Nullable RequestContext context, boolean bindsAddresses) {
    if (organization.access().suspended()) {
      return Code.ORGANIZATION_SUSPENDED;
    }
    return bindsAddresses && context != null && !organization.admits(context.address())
        ? Code.IP_NOT_ALLOWED
        : null;
  }
}
