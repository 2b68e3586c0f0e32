package dev.keyledger.token.enforcement.http;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.SecretFacts;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.token.enforcement.refresh.KeyRefreshFamily;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import dev.keyledger.token.enforcement.refresh.Rotation;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a key's secret, or a refresh token that came from one, obtains. */
@Component
public final class TokenGrants {
  private final CredentialChecks checks;
  private final KeyDecision keys;
  private final KeyRefreshTokens refreshTokens;
  private final GrantRates rates;

  public TokenGrants(
      CredentialChecks checks, KeyDecision keys, KeyRefreshTokens refreshTokens, GrantRates rates) {
    this.checks = checks;
    this.keys = keys;
    this.refreshTokens = refreshTokens;
    this.rates = rates;
  }

  /**
   * Counted by the organisation's rate, if policy sets one.
   *
   * @param scope what was asked for, none of it more than the key may do; empty when nothing was
   * @return refused as expired when the key ends before any token could live
   */
  Granting toHolder(KeyVerdict.Accepted accepted, List<String> scope, RequestContext context) {
    Instant at = checks.now();
    OrganizationRules organization = accepted.organization();
    GrantRates.Quota quota =
        rates.take(organization.id(), organization.access().policy().keyTokens().rate());
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
    return access == null
        ? new Granting.Refused(Code.EXPIRED)
        : new Granting.Granted(
            access, beginFamily(accepted, scope, context, at), permissions, quota);
  }

  private @Nullable SecretText beginFamily(
      KeyVerdict.Accepted accepted, List<String> scope, RequestContext context, Instant at) {
    KeyTokenRules rules = accepted.organization().access().policy().keyTokens();
    KeyFacts key = accepted.key();
    Instant end = rules.endOfRefresh(at, at).map(e -> withinKey(e, key)).orElse(null);
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
            at,
            end);
    return refreshTokens.begin(family);
  }

  private static Instant withinKey(Instant end, KeyFacts key) {
    return end.toEpochMilli() < key.expiresAt() ? end : Instant.ofEpochMilli(key.expiresAt());
  }

  /**
   * Where the next token of a family ends: with this one, unless policy renews its lifetime. A
   * policy that was tightened, or gives none any more, counts for families that run already.
   *
   * @param issuedAt when the presented one was given
   * @return now, when there is no next one
   */
  private Instant endOfNext(KeyRefreshFamily family, Instant issuedAt, Instant at) {
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

  /**
   * @param client the key that authenticated beside the token; {@code null} when none did
   */
  Granting toRefreshToken(String presented, @Nullable KeyId client, RequestContext context) {
    checks.requireFresh();
    Instant at = checks.now();
    Rotation rotation =
        refreshTokens.rotate(
            presented,
            at,
            family ->
                (client == null || client.equals(family.key()))
                    && family.dialect().equals(dialectOf(context)),
            family -> standing(family, context, at).code(),
            (family, issuedAt) -> endOfNext(family, issuedAt, at));
    return switch (rotation) {
      case Rotation.Refused refused -> new Granting.Refused(refused.code());
      case Rotation.Rotated rotated ->
          switch (standing(rotated.family(), context, at)) {
            case KeyVerdict.Refused refused -> new Granting.Refused(refused.code());
            case KeyVerdict.Accepted accepted -> granted(rotated, accepted, at);
          };
    };
  }

  private Granting granted(Rotation.Rotated rotated, KeyVerdict.Accepted accepted, Instant at) {
    List<String> asked = rotated.family().scope();
    Set<String> permissions =
        asked == null
            ? accepted.permissions()
            : asked.stream()
                .filter(accepted.permissions()::contains)
                .collect(Collectors.toUnmodifiableSet());
    IssuedToken access =
        checks
            .issued()
            .issueForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                permissions,
                asked != null,
                accepted.position(),
                at);
    return access == null
        ? new Granting.Refused(Code.EXPIRED)
        : new Granting.Granted(access, rotated.next(), permissions, null);
  }

  // Whether the family's key and secret would still be accepted here.
  private KeyVerdict standing(KeyRefreshFamily family, RequestContext context, Instant at) {
    KeyFacts key = checks.state().key(family.key());
    if (key == null) {
      return new KeyVerdict.Refused(Code.NOT_FOUND, null);
    }
    SecretFacts secret = key.secretNamed(family.secret());
    return secret == null
        ? new KeyVerdict.Refused(Code.REVOKED, key)
        : keys.decideHeld(
            secret, Set.of(KeyUse.LOGIN, KeyUse.EXCHANGE), context, Set.of(), at.toEpochMilli());
  }

  /** Ends the family that a refresh token belongs to, if it came from this key. */
  void end(String refreshToken, KeyId client) {
    refreshTokens.end(refreshToken, checks.now(), family -> family.key().equals(client));
  }

  private static String dialectOf(RequestContext context) {
    return context.dialect() == null ? GatewayHeaders.CANONICAL : context.dialect();
  }
}
