package dev.keyledger.token.enforcement.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.SecretFacts;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.token.enforcement.access.AccessState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes access tokens (RFC 9068, or the same claims sealed) and reads them back. Reading says only
 * that the token is ours and unchanged: whether it has expired or ended is decided elsewhere, at
 * every use.
 */
public final class AccessTokens {
  /**
   * A verified signature stays verified, so the same token's next use costs one hash. Of the heap
   * they may take that part, whatever they say: a scope may be long.
   */
  private static final long REMEMBERED_BYTES = Runtime.getRuntime().maxMemory() / 16;

  private final AccessState state;
  private final String issuer;
  private final Duration longestLifetime;
  private final Supplier<ServerKeys> serverKeys;
  private final TokenListing listing;
  private volatile Codec codec;

  /**
   * Everything that changes with the server keys, so that forgetting one key forgets its tokens.
   */
  private record Codec(
      ServerKeys keys,
      TokenWriter writer,
      TokenReader reader,
      Cache<TokenDigest, AccessClaims> known) {
    Codec(ServerKeys keys, String issuer) {
      this(keys, new TokenKeys(keys), issuer);
    }

    private Codec(ServerKeys keys, TokenKeys tokenKeys, String issuer) {
      this(
          keys,
          new TokenWriter(tokenKeys, issuer),
          new TokenReader(tokenKeys, issuer),
          Caffeine.newBuilder()
              .maximumWeight(REMEMBERED_BYTES)
              .weigher((TokenDigest digest, AccessClaims claims) -> bytesOf(claims))
              .build());
    }

    // Node, digest, claims and eight texts of an id's length; a scope's name is 24 bytes and its
    // characters, and its share of the set 16.
    private static int bytesOf(AccessClaims claims) {
      int bytes = 1_024;
      for (String name : claims.scope()) {
        bytes += 56 + name.length();
      }
      return bytes;
    }
  }

  /** Where no organisation has its tokens listed. */
  public AccessTokens(
      AccessState state, Supplier<ServerKeys> serverKeys, String issuer, Duration longestLifetime) {
    this(
        state,
        serverKeys,
        issuer,
        longestLifetime,
        claims -> {
          throw new UnsupportedOperationException("no token is listed here");
        });
  }

  /**
   * @param longestLifetime no token lives longer, whatever a policy says: revocations are replayed
   *     from that far back at a start
   */
  public AccessTokens(
      AccessState state,
      Supplier<ServerKeys> serverKeys,
      String issuer,
      Duration longestLifetime,
      TokenListing listing) {
    this.state = state;
    this.serverKeys = serverKeys;
    this.issuer = issuer;
    this.longestLifetime = longestLifetime;
    this.listing = listing;
    this.codec = new Codec(serverKeys.get(), issuer);
  }

  private Codec codec() {
    Codec inUse = codec;
    ServerKeys keys = serverKeys.get();
    if (inUse.keys() != keys) {
      inUse = new Codec(keys, issuer);
      codec = inUse;
    }
    return inUse;
  }

  /**
   * A person's token, always a JWT, with the permissions that they have at this moment. It never
   * outlives its session.
   */
  public IssuedToken issueSession(SessionGrant grant) {
    Membership known = grant.member() == null ? null : state.member(grant.member());
    // The position first, then everything that the token says: it may only claim to know less than
    // it does, since by what it claims to know no verifier asks again.
    long position = known == null ? -1 : state.positionOf(known.organization());
    Membership member = known == null ? null : state.member(known.id());
    OrganizationRules organization =
        member == null ? null : state.organization(member.organization());
    Instant issuedAt = grant.at();
    var claims =
        new AccessClaims(
            grant.operator() ? AccessClaims.Kind.OPERATOR : AccessClaims.Kind.MEMBER,
            newJti(),
            grant.person().value(),
            organization == null ? null : organization.id(),
            organization == null ? null : organization.access().slug(),
            member == null ? null : member.id(),
            grant.session(),
            null,
            null,
            null,
            member == null ? Set.of() : state.permissionsOf(member),
            false,
            organization != null && organization.bindsAddressesOfPeople(),
            position,
            issuedAt,
            end(issuedAt, grant.lifetime(), grant.notAfter().toEpochMilli()));
    return issue(claims, KeyTokenRules.Format.JWT, organization);
  }

  /**
   * A token for the holder of this secret of a key; its form and lifetime are the organisation's
   * policy's, and it never outlives the key, nor the secret where tokens end with it.
   *
   * @param position of the organisation, read before all else that is given here
   * @param narrowed whether the caller asked for less than the key may do
   * @return {@code null} when that end is too near for a token of a whole second
   */
  public @Nullable IssuedToken issueForKey(
      KeyFacts key,
      SecretFacts secret,
      OrganizationRules organization,
      Set<String> permissions,
      boolean narrowed,
      long position,
      Instant at) {
    Supplier<IssuedToken> token =
        readyForKey(key, secret, organization, permissions, narrowed, position, at);
    return token == null ? null : token.get();
  }

  /** The same, which is issued, and listed where policy says so, once it is taken. */
  public @Nullable Supplier<IssuedToken> readyForKey(
      KeyFacts key,
      SecretFacts secret,
      OrganizationRules organization,
      Set<String> permissions,
      boolean narrowed,
      long position,
      Instant at) {
    KeyTokenRules rules = organization.access().policy().keyTokens();
    Instant expiresAt = end(at, rules.lifetime(), lastingAtMost(key, secret, organization));
    if (!expiresAt.isAfter(at)) {
      return null;
    }
    var claims =
        new AccessClaims(
            AccessClaims.Kind.API_KEY,
            newJti(),
            key.id().value(),
            organization.id(),
            organization.access().slug(),
            key.creatorId(),
            null,
            key.id(),
            secret.name(),
            key.environment(),
            permissions,
            narrowed,
            organization.bindsAddresses(key.environment()),
            position,
            at,
            expiresAt);
    return () -> issue(claims, rules.format(), organization);
  }

  // Where tokens end with their secret, one that says a later end would say what isn't so.
  private static long lastingAtMost(
      KeyFacts key, SecretFacts secret, OrganizationRules organization) {
    return organization.access().policy().keys().outstandingTokens() == OutstandingTokens.END
        ? Math.min(key.expiresAt(), key.validUntil(secret))
        : key.expiresAt();
  }

  private IssuedToken issue(
      AccessClaims claims, KeyTokenRules.Format format, @Nullable OrganizationRules organization) {
    TokenWriter writer = codec().writer();
    String text =
        switch (format) {
          case JWT -> writer.sign(claims, placeOf(claims, organization));
          case OPAQUE -> writer.seal(claims);
        };
    return new IssuedToken(
        new SecretText(text), claims.jti(), claims.issuedAt(), claims.expiresAt());
  }

  private @Nullable Map<String, Object> placeOf(
      AccessClaims claims, @Nullable OrganizationRules organization) {
    if (organization == null || !organization.access().policy().listsTokens()) {
      return null;
    }
    StatusPlace place = listing.placeFor(claims);
    return Map.of("status_list", Map.of("idx", place.index(), "uri", statusListUri(place.list())));
  }

  /** Where a status list is to be had, which is its name too. */
  public String statusListUri(UUID list) {
    return issuer + "/status-lists/" + list;
  }

  public String issuer() {
    return issuer;
  }

  /**
   * Signs something else by the key that signs tokens now.
   *
   * @param type by which nobody takes it for a token ({@code typ}; RFC 8725, section 3.11)
   */
  public String sign(String type, Map<String, ?> claims) {
    return codec().writer().sign(type, claims);
  }

  private Instant end(Instant issuedAt, Duration lifetime, long notAfterMillis) {
    Duration bounded = lifetime.compareTo(longestLifetime) > 0 ? longestLifetime : lifetime;
    long byLifetime = issuedAt.getEpochSecond() + bounded.toSeconds();
    return Instant.ofEpochSecond(Math.min(byLifetime, Math.floorDiv(notAfterMillis, 1000L)));
  }

  private static String newJti() {
    return UuidCreator.getTimeOrderedEpoch().toString();
  }

  /** {@code null} for anything that is not an access token of ours, whatever is wrong with it. */
  public @Nullable AccessClaims read(String token) {
    if (!TokenReader.mayBeToken(token)) {
      return null;
    }
    Codec inUse = codec();
    TokenDigest digest = TokenDigest.of(token);
    AccessClaims known = inUse.known().getIfPresent(digest);
    if (known != null) {
      return known;
    }
    AccessClaims claims = inUse.reader().read(token);
    if (claims != null) {
      inUse.known().put(digest, claims);
    }
    return claims;
  }

  /** RFC 7517. */
  public Map<String, Object> jwks() {
    return codec().reader().jwks();
  }
}
