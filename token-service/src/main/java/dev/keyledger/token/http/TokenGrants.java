package dev.keyledger.token.http;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.token.access.KeyEntry;
import dev.keyledger.token.access.SecretEntry;
import dev.keyledger.token.decide.KeyDecision;
import dev.keyledger.token.decide.KeyVerdict;
import dev.keyledger.token.decide.Place;
import dev.keyledger.token.issue.IssuedToken;
import dev.keyledger.token.refresh.KeyRefreshFamily;
import dev.keyledger.token.refresh.KeyRefreshTokens;
import dev.keyledger.token.refresh.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a key's secret, or a refresh token that came from one, obtains. */
public final class TokenGrants {
  private final Gate gate;
  private final KeyDecision keys;
  private final KeyRefreshTokens refreshTokens;

  public TokenGrants(Gate gate, KeyDecision keys, KeyRefreshTokens refreshTokens) {
    this.gate = gate;
    this.keys = keys;
    this.refreshTokens = refreshTokens;
  }

  /**
   * @param scope what the access token may do
   */
  record Grant(IssuedToken access, @Nullable SecretText refresh, Set<String> scope) {}

  /**
   * @param scope what was asked for, none of it more than the key may do; empty when nothing was
   * @return {@code null} when the key ends before any token could live
   */
  @Nullable Grant toHolder(KeyVerdict.Accepted accepted, List<String> scope, Place place) {
    Instant at = gate.now();
    Set<String> permissions = scope.isEmpty() ? accepted.permissions() : Set.copyOf(scope);
    IssuedToken access =
        gate.issued()
            .issueForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                permissions,
                !scope.isEmpty(),
                accepted.position(),
                at);
    if (access == null) {
      return null;
    }
    return new Grant(access, beginFamily(accepted, scope, place, at), permissions);
  }

  private @Nullable SecretText beginFamily(
      KeyVerdict.Accepted accepted, List<String> scope, Place place, Instant at) {
    Duration life = accepted.organization().access().policy().keyTokens().refreshLifetime();
    if (life == null) {
      return null;
    }
    KeyEntry key = accepted.key();
    Instant end = at.plus(life);
    Instant expiresAt =
        end.toEpochMilli() < key.expiresAt() ? end : Instant.ofEpochMilli(key.expiresAt());
    var family =
        new KeyRefreshFamily(
            key.organizationId(),
            key.id(),
            UuidCreator.getTimeOrderedEpoch(),
            accepted.secret().name(),
            dialectOf(place),
            scope.isEmpty() ? null : scope,
            expiresAt);
    return refreshTokens.begin(family, at);
  }

  /**
   * @param client the key that authenticated beside the token; {@code null} when none did
   * @return {@code null} for a token that is no good here, whatever the reason
   */
  @Nullable Grant toRefreshToken(String presented, @Nullable KeyId client, Place place) {
    gate.requireFresh();
    Instant at = gate.now();
    Rotation rotation =
        refreshTokens.rotate(
            presented,
            at,
            family ->
                (client == null || client.equals(family.key()))
                    && family.dialect().equals(dialectOf(place))
                    && standing(family, place, at) != null);
    if (!(rotation instanceof Rotation.Rotated rotated)) {
      return null;
    }
    KeyVerdict.Accepted accepted = standing(rotated.family(), place, at);
    if (accepted == null) {
      return null;
    }
    List<String> asked = rotated.family().scope();
    Set<String> permissions =
        asked == null
            ? accepted.permissions()
            : asked.stream()
                .filter(accepted.permissions()::contains)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    IssuedToken access =
        gate.issued()
            .issueForKey(
                accepted.key(),
                accepted.secret(),
                accepted.organization(),
                permissions,
                asked != null,
                accepted.position(),
                at);
    return access == null ? null : new Grant(access, rotated.next(), permissions);
  }

  // The family's key and secret, if they would still be accepted here.
  private KeyVerdict.@Nullable Accepted standing(KeyRefreshFamily family, Place place, Instant at) {
    KeyEntry key = gate.state().key(family.key());
    SecretEntry secret = key == null ? null : key.secretNamed(family.secret());
    if (key == null || secret == null) {
      return null;
    }
    KeyVerdict verdict =
        keys.decideHeld(
            key, secret, Set.of(KeyUse.LOGIN, KeyUse.EXCHANGE), place, at.toEpochMilli());
    return verdict instanceof KeyVerdict.Accepted accepted ? accepted : null;
  }

  /** Ends the family that a refresh token belongs to, if it came from this key. */
  void end(String refreshToken, KeyId client) {
    refreshTokens.end(refreshToken, gate.now(), family -> family.key().equals(client));
  }

  private static String dialectOf(Place place) {
    return place.dialect() == null ? Places.CANONICAL : place.dialect();
  }
}
