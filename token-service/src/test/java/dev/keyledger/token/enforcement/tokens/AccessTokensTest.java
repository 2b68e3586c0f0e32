package dev.keyledger.token.enforcement.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.Overlap;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.KeyEntry;
import dev.keyledger.token.enforcement.access.SecretEntry;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AccessTokensTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.678Z");
  private static final String ISSUER = "http://localhost:8080";

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final AccessState state = new AccessState();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final AccessTokens tokens =
      new AccessTokens(state, serverKeys, ISSUER, Duration.ofHours(24));
  private final SessionId session = SessionId.of(UuidCreator.getTimeOrderedEpoch());

  @BeforeEach
  void anOrganisationWithAnOwner() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
  }

  private String sessionToken() {
    return tokens.issueSession(grant(Duration.ofMinutes(15))).token().revealSecret();
  }

  private SessionGrant grant(Duration lifetime) {
    return new SessionGrant(
        tenant.ownerPerson,
        session,
        false,
        tenant.owner,
        NOW,
        lifetime,
        NOW.plus(Duration.ofDays(1_000)));
  }

  private String keyToken(KeyTokenRules.Format format) {
    return keyToken(tokens, format);
  }

  private String keyToken(AccessTokens tokens, KeyTokenRules.Format format) {
    state.apply(
        tenant.withPolicy(
            p -> TestTenant.with(p, new KeyTokenRules(format, Duration.ofMinutes(15), null))));
    TestTenant.Key key = tenant.key("live", "clients.read");
    state.apply(key.record());
    KeyEntry entry = state.key(key.id);
    SecretEntry secret =
        state.secret(
            serverKeys
                .get()
                .currentPepper()
                .verifierOf(
                    dev.keyledger.events.credential.KeySecret.parse(key.secret).orElseThrow()));
    return tokens
        .issueForKey(
            entry,
            secret,
            state.organization(tenant.id),
            Set.of("clients.read"),
            false,
            state.positionOf(tenant.id),
            NOW)
        .token()
        .revealSecret();
  }

  private static JsonNode part(String token, int index) {
    return EventCodec.mapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[index]));
  }

  /** Where nothing is listed, nothing is asked of who lists: for these the database may be away. */
  @Test
  void aTokenNamesItsPlaceInAStatusListWherePolicySaysSoAndItIsAJwt() {
    var list = new UUID(1, 2);
    var places = new AtomicInteger();
    AccessTokens listing =
        new AccessTokens(
            state,
            serverKeys,
            ISSUER,
            Duration.ofHours(24),
            claims -> new StatusPlace(list, places.getAndIncrement()));
    assertThat(part(text(listing.issueSession(grant(Duration.ofMinutes(15)))), 1).has("status"))
        .isFalse();
    state.apply(tenant.withPolicy(TestTenant::listing));

    String token = text(listing.issueSession(grant(Duration.ofMinutes(15))));

    assertThat(part(token, 1).path("status"))
        .isEqualTo(
            EventCodec.mapper()
                .readTree(
                    "{\"status_list\":{\"idx\":0,\"uri\":\"%s/status-lists/%s\"}}"
                        .formatted(ISSUER, list)));
    assertThat(listing.read(token).member()).isEqualTo(tenant.owner);
    keyToken(listing, KeyTokenRules.Format.OPAQUE);
    assertThat(places).hasValue(1);
    assertThat(part(keyToken(listing, KeyTokenRules.Format.JWT), 1).at("/status/status_list/idx"))
        .hasToString("1");
    String another =
        text(
            listing.issueSession(
                new SessionGrant(
                    tenant.ownerPerson,
                    session,
                    true,
                    null,
                    NOW,
                    Duration.ofMinutes(15),
                    NOW.plus(Duration.ofDays(1)))));
    assertThat(part(another, 1).has("status")).isFalse();
  }

  private static String text(IssuedToken token) {
    return token.token().revealSecret();
  }

  @Test
  void rfc9068_section_2_headerAndClaims() {
    String token = sessionToken();
    JsonNode header = part(token, 0);
    JsonNode claims = part(token, 1);

    assertThat(header.path("typ").asString()).isEqualTo("at+jwt");
    assertThat(header.path("alg").asString()).isEqualTo("EdDSA");
    assertThat(header.path("kid").asString()).isEqualTo("a");
    assertThat(claims.path("iss").asString()).isEqualTo(ISSUER);
    assertThat(claims.path("aud").asString()).isEqualTo(ISSUER);
    assertThat(claims.path("sub").asString()).isEqualTo(tenant.ownerPerson.value());
    assertThat(claims.path("client_id").asString()).isEqualTo("keyledger");
    assertThat(claims.path("org").asString()).isEqualTo(tenant.id.value());
    assertThat(claims.path("slug").asString()).isEqualTo(tenant.slug);
    assertThat(claims.path("mem").asString()).isEqualTo(tenant.owner.value());
    assertThat(claims.path("sid").asString()).isEqualTo(session.value());
    assertThat(claims.path("kind").asString()).isEqualTo("member");
    assertThat(claims.path("scope").asString()).isEqualTo("clients.read clients.write keys.verify");
    assertThat(claims.path("pos").asLong()).isEqualTo(1);
    assertThat(claims.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
    assertThat(claims.path("iat_ms").asLong()).isEqualTo(NOW.toEpochMilli());
    assertThat(claims.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() + 900);
    assertThat(claims.path("jti").asString()).hasSize(36);
  }

  @Test
  void rfc7517_thePublishedKeyVerifiesASignatureByAnotherLibrary() throws Exception {
    String token = sessionToken();
    int dot = token.lastIndexOf('.');
    Signature verifier = Signature.getInstance("Ed25519", "SunEC");
    verifier.initVerify(published("a"));
    verifier.update(token.substring(0, dot).getBytes(UTF_8));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)))).isTrue();
  }

  // RFC 8032, section 5.1.2: little-endian y, the top bit is the sign of x.
  private PublicKey published(String kid) throws Exception {
    JsonNode jwks = EventCodec.mapper().valueToTree(tokens.jwks());
    for (JsonNode key : jwks.path("keys").values()) {
      if (key.path("kid").asString().equals(kid)) {
        assertThat(key.path("kty").asString()).isEqualTo("OKP");
        assertThat(key.path("crv").asString()).isEqualTo("Ed25519");
        assertThat(key.path("use").asString()).isEqualTo("sig");
        assertThat(key.has("d")).isFalse();
        byte[] x = Base64.getUrlDecoder().decode(key.path("x").asString());
        boolean odd = (x[31] & 0x80) != 0;
        x[31] &= 0x7f;
        var bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
          bigEndian[i] = x[31 - i];
        }
        return KeyFactory.getInstance("Ed25519", "SunEC")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
      }
    }
    throw new AssertionError("no such key");
  }

  @Test
  void rfc7518_section_3_4_aSigningKeyMayBeOneThatEveryVerifierKnows() throws Exception {
    String before = sessionToken();
    serverKeys.succeedSigning(ServerKeys.Algorithm.ES256);
    String token = sessionToken();

    assertThat(part(token, 0).path("alg").asString()).isEqualTo("ES256");
    assertThat(part(token, 0).path("kid").asString()).isEqualTo("b");
    assertThat(tokens.read(token)).isNotNull();
    assertThat(tokens.read(before)).as("the older kind goes on").isNotNull();
    int dot = token.lastIndexOf('.');
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
    verifier.initVerify(publishedP256("b"));
    verifier.update(token.substring(0, dot).getBytes(UTF_8));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)))).isTrue();
  }

  private PublicKey publishedP256(String kid) throws Exception {
    JsonNode jwks = EventCodec.mapper().valueToTree(tokens.jwks());
    for (JsonNode key : jwks.path("keys").values()) {
      if (key.path("kid").asString().equals(kid)) {
        assertThat(key.path("kty").asString()).isEqualTo("EC");
        assertThat(key.path("crv").asString()).isEqualTo("P-256");
        assertThat(key.path("alg").asString()).isEqualTo("ES256");
        assertThat(key.has("d")).isFalse();
        byte[] x = Base64.getUrlDecoder().decode(key.path("x").asString());
        byte[] y = Base64.getUrlDecoder().decode(key.path("y").asString());
        assertThat(x).hasSize(32);
        assertThat(y).hasSize(32);
        var curve = AlgorithmParameters.getInstance("EC", "SunEC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC", "SunEC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(new BigInteger(1, x), new BigInteger(1, y)),
                    curve.getParameterSpec(ECParameterSpec.class)));
      }
    }
    throw new AssertionError("no such key");
  }

  @Test
  void rfc8725_section_3_1_aKeyIsGoodForItsOwnAlgorithmAlone() {
    String old = sessionToken();
    serverKeys.succeedSigning(ServerKeys.Algorithm.ES256);
    String token = sessionToken();

    assertThat(tokens.read(withAlgorithm(old, "ES256", "a"))).isNull();
    assertThat(tokens.read(withAlgorithm(token, "EdDSA", "b"))).isNull();
    assertThat(tokens.read(withAlgorithm(token, "ES256", "a"))).isNull();
  }

  private static String withAlgorithm(String token, String algorithm, String kid) {
    return encoded(Map.of("typ", "at+jwt", "alg", algorithm, "kid", kid))
        + token.substring(token.indexOf('.'));
  }

  @Test
  void whatWasIssuedIsReadBack() {
    AccessClaims claims = tokens.read(sessionToken());
    assertThat(claims.kind()).isEqualTo(AccessClaims.Kind.MEMBER);
    assertThat(claims.person()).isEqualTo(tenant.ownerPerson);
    assertThat(claims.issuedAt()).isEqualTo(NOW);
    assertThat(claims.position()).isEqualTo(1);
  }

  @Test
  void rfc7516_anOpaqueTokenTellsItsHolderNothing() {
    String token = keyToken(KeyTokenRules.Format.OPAQUE);
    assertThat(part(token, 0).path("alg").asString()).isEqualTo("dir");
    assertThat(part(token, 0).path("enc").asString()).isEqualTo("A256GCM");
    assertThat(part(token, 0).size()).isEqualTo(4);
    AccessClaims claims = tokens.read(token);
    assertThat(claims.kind()).isEqualTo(AccessClaims.Kind.API_KEY);
    assertThat(claims.environment()).isEqualTo("live");
    assertThat(claims.scope()).containsExactly("clients.read");
  }

  @Test
  void noTokenLivesLongerThanRevocationsAreReplayed() {
    IssuedToken token = tokens.issueSession(grant(Duration.ofDays(365)));
    assertThat(token.expiresIn()).isEqualTo(Duration.ofHours(24).toSeconds());
  }

  @Test
  void aTokenEndsWithTheSecretItCameFromWherePolicySaysSo() {
    TestTenant.Key key = tenant.key("live");
    String older = key.secret;
    state.apply(key.rotated(NOW.plusSeconds(60)));

    assertThat(expiresIn(key, older)).isBetween(59L, 60L);
    assertThat(expiresIn(key, key.secret)).isEqualTo(900);
    state.apply(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                p.keys().uses(),
                dev.keyledger.events.policy.KeyRules.Authority.CREATOR,
                dev.keyledger.events.policy.KeyRules.OutstandingTokens.EXPIRE)));
    assertThat(expiresIn(key, older)).isEqualTo(900);
  }

  private long expiresIn(TestTenant.Key key, String secret) {
    return tokens
        .issueForKey(
            state.key(key.id),
            state.secret(
                serverKeys
                    .get()
                    .currentPepper()
                    .verifierOf(
                        dev.keyledger.events.credential.KeySecret.parse(secret).orElseThrow())),
            state.organization(tenant.id),
            Set.of("clients.read"),
            false,
            state.positionOf(tenant.id),
            NOW)
        .expiresIn();
  }

  @Test
  void rfc8725_section_3_1_onlyOurAlgorithmsAreReadAndNothingChanged() {
    String token = sessionToken();
    String[] parts = token.split("\\.");
    String none =
        encoded(Map.of("typ", "at+jwt", "alg", "none", "kid", "a")) + "." + parts[1] + ".";
    String hs256 =
        encoded(Map.of("typ", "at+jwt", "alg", "HS256", "kid", "a"))
            + "."
            + parts[1]
            + "."
            + parts[2];
    String otherType =
        encoded(Map.of("typ", "JWT", "alg", "EdDSA", "kid", "a")) + "." + parts[1] + "." + parts[2];
    String otherClaims = parts[0] + "." + encoded(Map.of("sub", "per_x")) + "." + parts[2];
    for (String forged :
        new String[] {
          none, hs256, otherType, otherClaims, token + "x", "ey", "ey..", "", "a.b.c"
        }) {
      assertThat(tokens.read(forged)).as(forged).isNull();
    }
  }

  private static String encoded(Map<String, ?> json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(EventCodec.mapper().writeValueAsBytes(json));
  }

  @Test
  void rfc8725_section_3_8_tokensOfAnotherIssuerAreNotOurs() {
    var other = new AccessTokens(state, serverKeys, "http://elsewhere", Duration.ofHours(24));
    assertThat(tokens.read(other.issueSession(grant(Duration.ofMinutes(1))).token().revealSecret()))
        .isNull();
  }

  @Test
  void signingKeysSucceedOneAnotherAndADroppedOneTakesItsTokensAlong() throws Exception {
    String before = sessionToken();
    assertThat(tokens.read(before)).isNotNull();
    serverKeys.succeed(Purpose.SIGNING);
    String after = sessionToken();

    assertThat(part(after, 0).path("kid").asString()).isEqualTo("b");
    assertThat(tokens.read(before)).isNotNull();
    assertThat(tokens.read(after)).isNotNull();
    assertThat(published("a")).isNotNull();
    assertThat(published("b")).isNotNull();

    serverKeys.dropRetired(Purpose.SIGNING);
    assertThat(tokens.read(before)).isNull();
    assertThat(tokens.read(after)).isNotNull();
  }

  @Test
  void sealingKeysDoTheSame() {
    String before = keyToken(KeyTokenRules.Format.OPAQUE);
    serverKeys.succeed(Purpose.TOKEN_ENCRYPTION);
    assertThat(tokens.read(before)).isNotNull();
    assertThat(tokens.read(keyToken(KeyTokenRules.Format.OPAQUE))).isNotNull();
    serverKeys.dropRetired(Purpose.TOKEN_ENCRYPTION);
    assertThat(tokens.read(before)).isNull();
  }

  @Test
  void noTokenClaimsAPositionThatItsPermissionsAreOlderThan() {
    var issued = new AtomicReference<AccessClaims>();
    Overlap.rounds(
        3_000,
        () -> state.apply(tenant.ownerAs(Role.OWNER)),
        () -> state.apply(tenant.ownerAs(Role.DEVELOPER)),
        () -> issued.set(tokens.read(sessionToken())),
        () -> {
          if (issued.get().position() == tenant.position()) {
            assertThat(issued.get().scope()).as("of a developer").containsExactly("clients.read");
          }
        });
  }
}
