package dev.keyledger.kit.internal;

import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.client.jwt.TokenAlgorithms2026;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.Deserializer;
import io.jsonwebtoken.io.Serializer;
import io.jsonwebtoken.security.UnsupportedKeyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How one of our services shows another which one it is: an HS256 token under the server key that
 * these two hold and no other does, for that other alone, alive for a minute. The type {@value
 * #TYPE} keeps it apart from every other token (RFC 8725, section 3.11).
 */
public final class InternalTokens {
  public static final String TYPE = "keyledger-internal+jwt";

  /** In a key's name, between its caller's and its id. */
  private static final char BETWEEN = '.';

  private static final Duration LIFETIME = Duration.ofSeconds(60);
  private static final long SKEW_SECONDS = 5;
  private static final Serializer<Map<String, ?>> WRITER = JwtJson.serializer();
  private static final Deserializer<Map<String, ?>> READER = JwtJson.deserializer();

  private final Supplier<ServerKeys> keys;
  private final Clock clock;

  public InternalTokens(Supplier<ServerKeys> keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * @throws IllegalStateException where the pair's key isn't held
   */
  public String make(ServicePair pair) {
    ServerKey key = keys.get().current(pair.purpose());
    Instant now = clock.instant();
    return Jwts.builder()
        .header()
        .type(TYPE)
        .keyId(pair.caller() + BETWEEN + key.id())
        .and()
        .issuer(pair.caller())
        .audience()
        .single(pair.callee())
        .issuedAt(Date.from(now))
        .expiration(Date.from(now.plus(LIFETIME)))
        .json(WRITER)
        .signWith(secretOf(key), TokenAlgorithms2026.INTERNAL)
        .compact();
  }

  /**
   * Whose it is, by the key that it was made with, or empty for anything that is not such a token,
   * alive and for this service.
   *
   * @param service the name of who is shown it
   */
  public Optional<ServicePair> verify(String token, String service) {
    try {
      Jws<Claims> jws =
          TokenAlgorithms2026.forInternalTokens(Jwts.parser())
              .json(READER)
              .clock(() -> Date.from(clock.instant()))
              .clockSkewSeconds(SKEW_SECONDS)
              .keyLocator(header -> keyNamed((String) header.get("kid"), service))
              .requireAudience(service)
              .build()
              .parseSignedClaims(token);
      String issuer = jws.getPayload().getIssuer();
      return TYPE.equals(jws.getHeader().getType()) && isShortLived(jws.getPayload())
          ? pairNamed(jws.getHeader().getKeyId(), service)
              .filter(pair -> pair.caller().equals(issuer))
          : Optional.empty();
    } catch (JwtException | IllegalArgumentException | ClassCastException e) {
      return Optional.empty();
    }
  }

  // The older and the next key are accepted too, so that services may learn of a succession in any
  // order.
  private SecretKey keyNamed(@Nullable String name, String service) {
    return pairNamed(name, service)
        .flatMap(pair -> keys.get().find(pair.purpose(), idIn(name)))
        .map(InternalTokens::secretOf)
        .orElseThrow(() -> new UnsupportedKeyException("no internal key has this id"));
  }

  // Who is one of a pair holds its key too: only the other one's word counts.
  private static Optional<ServicePair> pairNamed(@Nullable String name, String service) {
    return name == null || name.indexOf(BETWEEN) < 0
        ? Optional.empty()
        : ServicePair.of(name.substring(0, name.indexOf(BETWEEN)), service);
  }

  private static String idIn(@Nullable String name) {
    return name == null ? "" : name.substring(name.indexOf(BETWEEN) + 1);
  }

  private static boolean isShortLived(Claims claims) {
    Date from = claims.getIssuedAt();
    Date to = claims.getExpiration();
    return from != null && to != null && to.getTime() - from.getTime() <= LIFETIME.toMillis();
  }

  private static SecretKey secretOf(ServerKey key) {
    return new SecretKeySpec(key.revealMaterial(), "HmacSHA256");
  }
}
