package dev.keyledger.token.enforcement.http;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.token.enforcement.refresh.KeyRefreshFamily;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import dev.keyledger.token.enforcement.refresh.RefreshAttempt;
import dev.keyledger.token.enforcement.refresh.Rotation;
import dev.keyledger.token.enforcement.refresh.Successor;
import dev.keyledger.token.enforcement.status.StatusSettings;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a key's secret, or a refresh token that came from one, obtains. */
@Component
public final class TokenGrants {
  private final CredentialChecks checks;
  private final KeyDecision keys;
  private final KeyRefreshTokens refreshTokens;
  private final GrantRates rates;
  private final StatusSettings listing;
  private final DatabaseClock databaseClock;

  public TokenGrants(
      CredentialChecks checks,
      KeyDecision keys,
      KeyRefreshTokens refreshTokens,
      GrantRates rates,
      StatusSettings listing,
      DatabaseClock databaseClock) {
    this.checks = checks;
    this.keys = keys;
    this.refreshTokens = refreshTokens;
    this.rates = rates;
    this.listing = listing;
    this.databaseClock = databaseClock;
  }

  /**
   * Counted by the organisation's rate, if policy sets one or its tokens are listed; what is
   * granted is a use of the key.
   *
   * @param client whether the key is an OAuth client by this, which then refreshes as such
   * @param scope what was asked for, none of it more than the key may do; empty when nothing was
   * @return refused as expired when the key ends before any token could live
   */
  Granting.ToHolder toHolder(
      KeyVerdict.Accepted accepted, boolean client, List<String> scope, RequestContext context) {
    Instant at = checks.now();
    OrganizationRules organization = accepted.organization();
    GrantRates.Quota quota =
        rates.take(organization.id(), listing.rateOf(organization.access().policy()));
    if (quota != null && !quota.given()) {
      return new Granting.Limited(quota);
    }
    Set<String> permissions = scope.isEmpty() ? accepted.permissions() : Set.copyOf(scope);
    IssuedToken access =
        checks
            .issued()
            .issueForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                permissions,
                !scope.isEmpty(),
                accepted.position(),
                at);
    if (access == null) {
      return new Granting.Refused(Code.EXPIRED);
    }
    SecretText refresh = beginFamily(accepted, client, scope, context, at);
    checks.used(accepted, context);
    return new Granting.Granted(access, refresh, permissions, quota);
  }

  private @Nullable SecretText beginFamily(
      KeyVerdict.Accepted accepted,
      boolean client,
      List<String> scope,
      RequestContext context,
      Instant at) {
    KeyTokenRules rules = accepted.organization().access().policy().keyTokens();
    KeyFacts key = accepted.key();
    Instant end = rules.endOfRefresh(at, at).map(e -> KeyRefresh.withinKey(e, key)).orElse(null);
    if (end == null) {
      return null;
    }
    var family =
        new KeyRefreshFamily(
            key.organizationId(),
            key.id(),
            UuidCreator.getTimeOrderedEpoch(),
            accepted.secret().name(),
            dialectOf(context),
            scope.isEmpty() ? null : scope,
            client,
            at,
            end);
    return refreshTokens.begin(family);
  }

  Granting.ToRefresher toRefreshToken(Presentation presented) {
    checks.requireFresh();
    Rotation rotation =
        refreshTokens.rotate(
            new RefreshAttempt(
                presented.token(), presented.asClient(), checks.now(), databaseClock.now()),
            new KeyRefresh(checks, keys, presented, this::countListed));
    return switch (rotation) {
      case Rotation.Refused refused -> new Granting.Refused(refused.code());
      case Rotation.Declined declined -> new Granting.Declined(declined.fault());
      case Rotation.Rotated rotated -> {
        Successor pair = rotated.pair();
        yield new Granting.Granted(pair.access(), pair.refresh(), pair.scope(), null);
      }
    };
  }

  // Another listed token is another row, however it came.
  private void countListed(OrganizationRules organization) {
    Policy policy = organization.access().policy();
    if (listing.lists(policy)) {
      GrantRates.Quota quota = rates.take(organization.id(), listing.rateOf(policy));
      if (quota != null && !quota.given()) {
        throw OauthError.rateLimited();
      }
    }
  }

  /**
   * Ends the family that a refresh token belongs to.
   *
   * @param client whose it has to be; {@code null} for who is no client
   * @return false when it came from another key
   */
  boolean end(String refreshToken, @Nullable KeyId client) {
    return refreshTokens.end(refreshToken, checks.now(), family -> family.key().equals(client));
  }

  static String dialectOf(RequestContext context) {
    return context.dialect() == null ? GatewayHeaders.CANONICAL : context.dialect();
  }
}
