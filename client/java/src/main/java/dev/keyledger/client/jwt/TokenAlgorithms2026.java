package dev.keyledger.client.jwt;

import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.MacAlgorithm;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;

/**
 * How tokens are signed: one dated, frozen set (RFC 8725, section 3.1), each with keys of its own
 * only. Other algorithms make another type, so that a token's reader never learns of them by
 * accident.
 */
public final class TokenAlgorithms2026 {
  /** EdDSA with Ed25519 (RFC 8037). */
  public static final SignatureAlgorithm ED25519 = Jwts.SIG.EdDSA;

  /** ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4), for verifiers without the former. */
  public static final SignatureAlgorithm P256 = Jwts.SIG.ES256;

  /** HMAC with SHA-256, by which the platform's services know each other; no access token. */
  public static final MacAlgorithm INTERNAL = Jwts.SIG.HS256;

  private TokenAlgorithms2026() {}

  /** The parser takes access tokens' algorithms, and none besides. */
  public static JwtParserBuilder forAccessTokens(JwtParserBuilder parser) {
    return parser.sig().clear().add(ED25519).add(P256).and();
  }

  /** The parser takes the algorithm of internal tokens, and none besides. */
  public static JwtParserBuilder forInternalTokens(JwtParserBuilder parser) {
    return parser.sig().clear().add(INTERNAL).and();
  }

  /** The one algorithm that an access token's key is good for, whatever the token's header says. */
  public static SignatureAlgorithm of(PublicKey key) {
    return key instanceof ECPublicKey ? P256 : ED25519;
  }
}
