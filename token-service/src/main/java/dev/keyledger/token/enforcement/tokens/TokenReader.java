package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.client.jwt.CompactForm;
import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.client.jwt.TokenAlgorithms2026;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.AccessClaims;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.ProtectedHeader;
import java.security.Key;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Text as claims. A signature is accepted only by the algorithm of the key that the token names, a
 * seal only by the one that we seal with (RFC 8725, section 3.1); issuer, audience and {@code typ}
 * have to be ours. Times are left to the decision, so the parser's own clock stands still.
 */
final class TokenReader {
  private static final int LONGEST = 8_192;
  private static final Date STOPPED = new Date(0);

  private final TokenKeys keys;
  private final JwtParser signed;
  private final JwtParser sealed;

  TokenReader(TokenKeys keys, String issuer) {
    this.keys = keys;
    this.signed =
        TokenAlgorithms2026.forAccessTokens(Jwts.parser())
            .json(JwtJson.deserializer())
            .provider(SigningKey.CURVES)
            .clock(() -> STOPPED)
            .keyLocator(
                header -> keyOf(header, id -> verifier(header.getAlgorithm(), keys.signer(id))))
            .requireIssuer(issuer)
            .requireAudience(issuer)
            .build();
    this.sealed =
        Jwts.parser()
            .json(JwtJson.deserializer())
            .clock(() -> STOPPED)
            .keyLocator(header -> keyOf(header, keys::seal))
            .enc()
            .clear()
            .add(Jwts.ENC.A256GCM)
            .and()
            .key()
            .clear()
            .add(Jwts.KEY.DIRECT)
            .and()
            .requireIssuer(issuer)
            .requireAudience(issuer)
            .build();
  }

  private static @Nullable Key keyOf(
      io.jsonwebtoken.Header header, Function<@Nullable String, ? extends @Nullable Key> find) {
    return header instanceof ProtectedHeader ours && TokenWriter.TYPE.equals(ours.getType())
        ? find.apply(ours.getKeyId())
        : null;
  }

  private static @Nullable PublicKey verifier(String algorithm, @Nullable SigningKey signer) {
    return signer != null && signer.algorithm().getId().equals(algorithm)
        ? signer.publicKey()
        : null;
  }

  /** Told from an API key at a glance: only a token has dots. It is good in one spelling alone. */
  static boolean mayBeToken(String text) {
    return text.length() <= LONGEST
        && text.startsWith("ey")
        && text.indexOf('.') > 0
        && CompactForm.isCanonical(text);
  }

  @Nullable AccessClaims read(String token) {
    try {
      long dots = token.chars().filter(c -> c == '.').count();
      Claims claims =
          dots == 2
              ? signed.parseSignedClaims(token).getPayload()
              : sealed.parseEncryptedClaims(token).getPayload();
      return claimsOf(claims);
    } catch (JwtException | IllegalArgumentException | NullPointerException e) {
      return null;
    }
  }

  private static AccessClaims claimsOf(Claims claims) {
    String scope = claims.get("scope", String.class);
    Number position = claims.get("pos", Number.class);
    return new AccessClaims(
        AccessClaims.Kind.valueOf(claims.get("kind", String.class).toUpperCase(Locale.ROOT)),
        claims.getId(),
        claims.getSubject(),
        get(claims, "org", OrganizationId::new),
        claims.get("slug", String.class),
        get(claims, "mem", MemberId::new),
        get(claims, "sid", SessionId::new),
        get(claims, "key_id", KeyId::new),
        claims.get("sec", String.class),
        claims.get("env", String.class),
        scope.isEmpty() ? Set.of() : Set.of(scope.split(" ")),
        Boolean.TRUE.equals(claims.get("nar", Boolean.class)),
        Boolean.TRUE.equals(claims.get("ipb", Boolean.class)),
        position == null ? -1 : position.longValue(),
        Instant.ofEpochMilli(claims.get("iat_ms", Number.class).longValue()),
        claims.getExpiration().toInstant());
  }

  private static <T> @Nullable T get(Claims claims, String name, Function<String, T> make) {
    String text = claims.get(name, String.class);
    return text == null ? null : make.apply(text);
  }

  Map<String, Object> jwks() {
    return keys.jwks();
  }
}
