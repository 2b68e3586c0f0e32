package dev.keyledger.kit.internal;

import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.client.jwt.TokenAlgorithms2026;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
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
 * How one of our services shows another that it is one: an HS256 token under the server's {@code
 * INTERNAL} key, for token-service alone, alive for a minute. The type {@value #TYPE} keeps it
 * apart from every other token (RFC 8725, section 3.11).
 */
public final class InternalTokens {
  public static final String TYPE = "keyledger-internal+jwt";
  public static final String AUDIENCE = "token-service";

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
   * @param service name of the caller, for example {@code command-service}
   */
  public String make(String service) {
    ServerKey key = keys.get().current(Purpose.INTERNAL);
    Instant now = clock.instant();
    return Jwts.builder()
        .header()
        .type(TYPE)
        .keyId(key.id())
        .and()
        .issuer(service)
        .audience()
        .single(AUDIENCE)
        .issuedAt(Date.from(now))
        .expiration(Date.from(now.plus(LIFETIME)))
        .json(WRITER)
        .signWith(secretOf(key), TokenAlgorithms2026.INTERNAL)
        .compact();
  }

  /**
   * The name of the service that made it, or empty for anything that is not such a token, alive.
   */
  public Optional<String> verify(String token) {
    try {
      Jws<Claims> jws =
          TokenAlgorithms2026.forInternalTokens(Jwts.parser())
              .json(READER)
              .clock(() -> Date.from(clock.instant()))
              .clockSkewSeconds(SKEW_SECONDS)
              .keyLocator(header -> keyNamed((String) header.get("kid")))
              .requireAudience(AUDIENCE)
              .build()
              .parseSignedClaims(token);
      return TYPE.equals(jws.getHeader().getType()) && isShortLived(jws.getPayload())
          ? Optional.ofNullable(jws.getPayload().getIssuer())
          : Optional.empty();
    } catch (JwtException | IllegalArgumentException | ClassCastException e) {
      return Optional.empty();
    }
  }

  // The older and the next key are accepted too, so that services may learn of a succession in any
  // order.
  private SecretKey keyNamed(@Nullable String id) {
    return keys.get()
        .find(Purpose.INTERNAL, id)
        .map(InternalTokens::secretOf)
        .orElseThrow(() -> new UnsupportedKeyException("no internal key has this id"));
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
