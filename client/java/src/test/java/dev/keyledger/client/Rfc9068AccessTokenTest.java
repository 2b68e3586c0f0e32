package dev.keyledger.client;

import static dev.keyledger.testkit.TokenForge.ISSUER;
import static dev.keyledger.testkit.TokenForge.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyledger.client.InvalidTokenException.Reason;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.TokenForge;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class Rfc9068AccessTokenTest {
  private final MovableClock clock = new MovableClock();
  private final TokenForge forge = new TokenForge("k1", clock);
  private final TokenVerifier verifier = new TokenVerifier(ISSUER, forge::find, clock);

  @Test
  void aGoodTokenTellsWhoItSpeaksFor() {
    AccessToken token = verifier.verify(forge.token());

    Caller caller = token.callerAt("192.0.2.1");
    assertThat(caller.kind()).isEqualTo(Caller.Kind.MEMBER);
    assertThat(caller.belongsTo("acme")).isTrue();
    assertThat(caller.permissions()).containsExactlyInAnyOrder("api_keys.read", "clients.read");
    assertThat(token.issuedAt()).isEqualTo(MovableClock.START);
    assertThat(token.position()).isEqualTo(7);
  }

  @Test
  void aTokenThatWasVerifiedBeforeStillExpires() {
    String token = forge.token();
    AccessToken first = verifier.verify(token);
    assertThat(verifier.verify(token)).isEqualTo(first);

    clock.advance(Duration.ofMinutes(15));

    assertRefused(token, Reason.EXPIRED);
  }

  @Test
  void aKeyThatIsWithdrawnTakesItsVerifiedTokensAlong() {
    var published = new AtomicBoolean(true);
    var picky =
        new TokenVerifier(ISSUER, id -> published.get() ? forge.find(id) : Optional.empty(), clock);
    String token = forge.token();
    assertThat(picky.verify(token)).isNotNull();

    published.set(false);

    assertThatExceptionOfType(InvalidTokenException.class)
        .isThrownBy(() -> picky.verify(token))
        .matches(e -> e.reason() == Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("RFC 9068, section 4: typ must be at+jwt or application/at+jwt")
  void section4Type() {
    assertRefused(forge.sign(forge.claims(), "JWT"), Reason.TYPE);
    assertRefused(forge.sign(forge.claims(), "keyledger-internal+jwt"), Reason.TYPE);
    assertThat(verifier.verify(forge.sign(forge.claims(), "application/at+jwt"))).isNotNull();
  }

  @Test
  @DisplayName("RFC 9068, section 4: iss must be the one expected")
  void section4Issuer() {
    assertRefused(forge.token(with("iss", "https://elsewhere.example")), Reason.ISSUER);
    assertRefused(forge.token(without("iss")), Reason.ISSUER);
  }

  @Test
  @DisplayName("RFC 9068, section 4: aud must contain this resource")
  void section4Audience() {
    assertRefused(forge.token(with("aud", "https://elsewhere.example")), Reason.AUDIENCE);
    assertRefused(forge.token(without("aud")), Reason.AUDIENCE);
    assertThat(verifier.verify(forge.token(with("aud", List.of("other", ISSUER))))).isNotNull();
  }

  @Test
  @DisplayName("RFC 9068, section 4: now must be before exp, by the clock")
  void section4Expiry() {
    String token = forge.token();
    Duration life = Duration.ofSeconds(900).minusMillis(123);
    clock.advance(life.minusMillis(1));
    assertThat(verifier.verify(token)).isNotNull();
    clock.advance(Duration.ofMillis(1));
    assertRefused(token, Reason.EXPIRED);
    assertRefused(forge.token(without("exp")), Reason.CLAIMS);
  }

  @Test
  @DisplayName("RFC 8725, section 3.1: alg is from an allow-list; none is not on it")
  void rfc8725Section31AlgorithmNone() {
    String claims = JsonMapper.shared().writeValueAsString(forge.claims());
    for (String alg : List.of("none", "None", "NONE", "nOnE")) {
      String header = "{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\",\"kid\":\"k1\"}";
      assertRefused(raw(header, claims, ""), Reason.MALFORMED, Reason.ALGORITHM);
      assertRefused(raw(header, claims, "AAAA"), Reason.MALFORMED, Reason.ALGORITHM);
    }
    assertRefused(raw("{\"typ\":\"at+jwt\"}", claims, "AAAA"), Reason.MALFORMED);
  }

  @Test
  @DisplayName("RFC 8725, section 3.1: a key is good for its own algorithm alone")
  void rfc8725Section31AlgorithmOfAnotherKey() {
    TokenForge ec = TokenForge.es256("k2", clock);
    var both = new TokenVerifier(ISSUER, id -> forge.find(id).or(() -> ec.find(id)), clock);
    assertThat(both.verify(ec.token())).isNotNull();
    assertThat(both.verify(forge.token())).isNotNull();

    for (List<String> swapped : List.of(List.of("ES256", "k1"), List.of("EdDSA", "k2"))) {
      String header =
          "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}"
              .formatted(swapped.get(0), swapped.get(1));
      String[] parts = (swapped.get(1).equals("k1") ? forge : ec).token().split("\\.");
      assertThatExceptionOfType(InvalidTokenException.class)
          .isThrownBy(
              () -> both.verify(TokenForge.base64(header) + "." + parts[1] + "." + parts[2]))
          .matches(e -> e.reason() == Reason.ALGORITHM);
    }
  }

  @Test
  @DisplayName("RFC 8725, section 2.1: the public key is no HMAC secret")
  void rfc8725Section21PublicKeyAsHmacSecret() {
    byte[] publicKey = forge.pair().getPublic().getEncoded();
    String token =
        Jwts.builder()
            .header()
            .type("at+jwt")
            .keyId("k1")
            .and()
            .claims(forge.claims())
            .json(dev.keyledger.client.jwt.JwtJson.serializer())
            .signWith(new SecretKeySpec(publicKey, "HmacSHA256"), Jwts.SIG.HS256)
            .compact();
    assertRefused(token, Reason.ALGORITHM);
  }

  @Test
  @DisplayName("RFC 8725, section 3.3: every signature is verified")
  void rfc8725Section33SignatureOfAnother() {
    var stranger = new TokenForge("k1", clock);
    assertRefused(stranger.token(), Reason.SIGNATURE);

    String[] parts = forge.token().split("\\.");
    String richer = forge.token(with("scope", "policy.manage")).split("\\.")[1];
    assertRefused(parts[0] + "." + richer + "." + parts[2], Reason.SIGNATURE);
  }

  @Test
  @DisplayName("RFC 7515, section 4.1.4: kid only picks among keys that are already trusted")
  void rfc7515Section414KeyId() {
    var other = new TokenForge("k2", clock);
    assertRefused(other.token(), Reason.UNKNOWN_KEY);

    var both = new TokenVerifier(ISSUER, id -> forge.find(id).or(() -> other.find(id)), clock);
    assertThat(both.verify(other.token())).isNotNull();
    // The header names k1, but k2 signed.
    var swapped = new TokenForge("k1", clock);
    assertThatExceptionOfType(InvalidTokenException.class)
        .isThrownBy(() -> both.verify(swapped.token()))
        .matches(e -> e.reason() == Reason.SIGNATURE);
  }

  @Test
  @DisplayName(
      "RFC 7515, section 4.1.3, 4.1.5: a key inside the token is not used, crit is refused")
  void rfc7515HeaderInjection() {
    var stranger = new TokenForge("stranger", clock);
    String token =
        Jwts.builder()
            .provider(new BouncyCastleProvider())
            .header()
            .type("at+jwt")
            .keyId("k1")
            .add("jwk", JsonMapper.shared().readValue(stranger.jwk(), Map.class))
            .and()
            .claims(forge.claims())
            .json(dev.keyledger.client.jwt.JwtJson.serializer())
            .signWith(stranger.pair().getPrivate(), Jwts.SIG.EdDSA)
            .compact();
    assertRefused(token, Reason.SIGNATURE, Reason.MALFORMED);

    String claims = JsonMapper.shared().writeValueAsString(forge.claims());
    assertRefused(
        raw(
            "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"k1\",\"crit\":[\"x\"],\"x\":1}",
            claims,
            "AAAA"),
        Reason.MALFORMED,
        Reason.SIGNATURE);
  }

  @Test
  @DisplayName("RFC 7519, section 4: a claim that stands twice is refused")
  void rfc7519Section4DuplicateClaims() throws Exception {
    String header = TokenForge.base64("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"k1\"}");
    String claims = JsonMapper.shared().writeValueAsString(forge.claims());
    String doubled = claims.substring(0, claims.length() - 1) + ",\"scope\":\"policy.manage\"}";
    String signed = header + "." + TokenForge.base64(doubled);
    var signature = java.security.Signature.getInstance("Ed25519", new BouncyCastleProvider());
    signature.initSign(forge.pair().getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    assertRefused(
        signed
            + "."
            + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign()),
        Reason.MALFORMED);
  }

  @Test
  void aTokenWithoutAnOrganisationIsAnOperatorsAlone() {
    assertRefused(forge.token(without("org")), Reason.CLAIMS);
    assertThat(
            verifier
                .verify(
                    forge.token(c -> {
                      c.remove("org");
                      c.remove("mem");
                      c.put("kind", "operator");
                      return c;
                    }))
                .kind())
        .isEqualTo(Caller.Kind.OPERATOR);
  }

  @Test
  void aKeysTokenNeverPassesForAPersons() {
    assertRefused(forge.sign(change(forge.keyClaims(), with("kind", "member"))), Reason.CLAIMS);
    assertRefused(forge.token(with("kind", "api_key")), Reason.CLAIMS);
    assertRefused(forge.token(with("kind", "service")), Reason.CLAIMS);
    assertThat(verifier.verify(forge.sign(forge.keyClaims())).kind())
        .isEqualTo(Caller.Kind.API_KEY);
  }

  @Test
  void junkIsMalformedAndNothingWorse() {
    for (String junk : List.of("a.b.c", "..", "....", "", "e30.e30.", "\u0000.\u0000.\u0000")) {
      assertThatExceptionOfType(InvalidTokenException.class)
          .isThrownBy(() -> verifier.verify(junk));
    }
  }

  private void assertRefused(String token, Reason... anyOf) {
    assertThatExceptionOfType(InvalidTokenException.class)
        .isThrownBy(() -> verifier.verify(token))
        .satisfies(e -> assertThat(e.reason()).isIn((Object[]) anyOf));
  }

  private static UnaryOperator<Map<String, Object>> with(String claim, Object value) {
    return claims -> {
      claims.put(claim, value);
      return claims;
    };
  }

  private static UnaryOperator<Map<String, Object>> without(String claim) {
    return claims -> {
      claims.remove(claim);
      return claims;
    };
  }

  private static Map<String, Object> change(
      Map<String, Object> claims, UnaryOperator<Map<String, Object>> change) {
    return change.apply(claims);
  }
}
