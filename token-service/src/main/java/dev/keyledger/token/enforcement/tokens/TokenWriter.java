package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.kit.decide.AccessClaims;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims as text: signed for services that verify locally, or sealed for token-service alone. */
final class TokenWriter {
  static final String TYPE = "at+jwt";
  static final String OWN_CLIENT = "keyledger";

  private final TokenKeys keys;
  private final String issuer;

  TokenWriter(TokenKeys keys, String issuer) {
    this.keys = keys;
    this.issuer = issuer;
  }

  /**
   * RFC 9068.
   *
   * @param status where its status is told, {@code null} where nowhere
   */
  String sign(AccessClaims claims, @Nullable Map<String, Object> status) {
    Map<String, Object> map = asMap(claims);
    if (status != null) {
      map.put("status", status);
    }
    return sign(TYPE, map);
  }

  String sign(String type, Map<String, ?> claims) {
    SigningKey signer = keys.currentSigner();
    return builder(signer.id(), type, claims)
        .provider(SigningKey.CURVES)
        .signWith(signer.privateKey(), signer.algorithm())
        .compact();
  }

  /** The same claims as RFC 7516 compact serialisation, {@code dir} and {@code A256GCM}. */
  String seal(AccessClaims claims) {
    return builder(keys.currentSealId(), TYPE, asMap(claims))
        .encryptWith(keys.currentSeal(), Jwts.KEY.DIRECT, Jwts.ENC.A256GCM)
        .compact();
  }

  private static JwtBuilder builder(String keyId, String type, Map<String, ?> claims) {
    return Jwts.builder()
        .json(JwtJson.serializer())
        .header()
        .type(type)
        .keyId(keyId)
        .and()
        .claims(claims);
  }

  private Map<String, Object> asMap(AccessClaims claims) {
    var map = new LinkedHashMap<String, Object>();
    map.put("iss", issuer);
    map.put("aud", issuer);
    map.put("exp", claims.expiresAt().getEpochSecond());
    map.put("iat", claims.issuedAt().getEpochSecond());
    map.put("iat_ms", claims.issuedAt().toEpochMilli());
    map.put("jti", claims.jti());
    map.put("sub", claims.subject());
    map.put("client_id", claims.key() == null ? OWN_CLIENT : claims.key().value());
    map.put("kind", claims.kind().name().toLowerCase(Locale.ROOT));
    put(map, "org", claims.organization());
    put(map, "slug", claims.slug());
    put(map, "mem", claims.member());
    put(map, "sid", claims.session());
    put(map, "key_id", claims.key());
    put(map, "sec", claims.secret());
    put(map, "env", claims.environment());
    map.put("scope", String.join(" ", new java.util.TreeSet<>(claims.scope())));
    put(map, "nar", claims.narrowed() ? true : null);
    put(map, "ipb", claims.addressBound() ? true : null);
    put(map, "pos", claims.position() < 0 ? null : claims.position());
    return map;
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value instanceof Boolean || value instanceof Long) {
      map.put(name, value);
    } else if (value != null) {
      map.put(name, value.toString());
    }
  }
}
