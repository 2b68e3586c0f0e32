package dev.keyledger.testkit;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.AbstractSerializer;
import io.jsonwebtoken.io.Serializer;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.BigIntegers;
import tools.jackson.databind.json.JsonMapper;

/** Signs tokens as token-service does, and wrongly where a test wants it so. */
public final class TokenForge {
  public static final String ISSUER = "https://keyledger.example";
  public static final String ORG = "org_01890000-0000-7000-8000-000000000001";
  public static final String PERSON = "per_01890000-0000-7000-8000-000000000002";
  public static final String MEMBER = "mem_01890000-0000-7000-8000-000000000003";
  public static final String SESSION = "ses_01890000-0000-7000-8000-000000000004";
  public static final String KEY = "key_01890000-0000-7000-8000-000000000005";

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Serializer<Map<String, ?>> JSON =
      new AbstractSerializer<>() {
        @Override
        protected void doSerialize(Map<String, ?> claims, OutputStream out) {
          MAPPER.writeValue(out, claims);
        }
      };

  private final SignatureAlgorithm algorithm;
  private final KeyPair pair;
  private final String kid;
  private final Clock clock;

  public TokenForge(String kid, Clock clock) {
    this(Jwts.SIG.EdDSA, "Ed25519", kid, clock);
  }

  private TokenForge(SignatureAlgorithm algorithm, String curve, String kid, Clock clock) {
    this.algorithm = algorithm;
    this.pair = newPair(curve);
    this.kid = kid;
    this.clock = clock;
  }

  /** One that signs by ECDSA on P-256. */
  public static TokenForge es256(String kid, Clock clock) {
    return new TokenForge(Jwts.SIG.ES256, "EC", kid, clock);
  }

  private static KeyPair newPair(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance(curve, new BouncyCastleProvider());
      if (curve.equals("EC")) {
        generator.initialize(256);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key of that id, as a verifier asks for it. */
  public Optional<PublicKey> find(String id) {
    return id.equals(kid) ? Optional.of(pair.getPublic()) : Optional.empty();
  }

  public KeyPair pair() {
    return pair;
  }

  public String jwk() {
    return pair.getPublic() instanceof ECPublicKey ec ? jwkOf(ec) : jwkOfEd25519();
  }

  private String jwkOf(ECPublicKey key) {
    return """
    {"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"%s","x":"%s","y":"%s"}\
    """
        .formatted(kid, coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  private static String coordinate(BigInteger number) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(BigIntegers.asUnsignedByteArray(32, number));
  }

  private String jwkOfEd25519() {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = new byte[32];
    System.arraycopy(encoded, encoded.length - 32, x, 0, 32);
    return """
    {"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"%s","x":"%s"}\
    """
        .formatted(kid, Base64.getUrlEncoder().withoutPadding().encodeToString(x));
  }

  /** The claims of a member's session. */
  public Map<String, Object> claims() {
    Instant now = clock.instant();
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", ISSUER);
    claims.put("aud", ISSUER);
    claims.put("iat", now.getEpochSecond());
    claims.put("iat_ms", now.toEpochMilli());
    claims.put("exp", now.getEpochSecond() + 900);
    claims.put("jti", "01890000-0000-7000-8000-000000000009");
    claims.put("sub", PERSON);
    claims.put("client_id", "keyledger");
    claims.put("org", ORG);
    claims.put("slug", "acme");
    claims.put("mem", MEMBER);
    claims.put("sid", SESSION);
    claims.put("scope", "api_keys.read clients.read");
    claims.put("kind", "member");
    claims.put("pos", 7);
    return claims;
  }

  /** The claims of a token that a key obtained. */
  public Map<String, Object> keyClaims() {
    Map<String, Object> claims = claims();
    claims.remove("sid");
    claims.put("sub", KEY);
    claims.put("client_id", KEY);
    claims.put("key_id", KEY);
    claims.put("env", "live");
    claims.put("kind", "api_key");
    return claims;
  }

  public String token() {
    return sign(claims());
  }

  public String token(UnaryOperator<Map<String, Object>> change) {
    return sign(change.apply(claims()));
  }

  public String sign(Map<String, Object> claims) {
    return sign(claims, "at+jwt");
  }

  public String sign(Map<String, Object> claims, String type) {
    return Jwts.builder()
        .provider(new BouncyCastleProvider())
        .header()
        .type(type)
        .keyId(kid)
        .and()
        .claims(claims)
        .json(JSON)
        .signWith(pair.getPrivate(), algorithm)
        .compact();
  }

  /** Any header over any claims, with any third part. */
  public static String raw(String header, String claims, String signature) {
    return base64(header) + "." + base64(claims) + "." + signature;
  }

  public static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
