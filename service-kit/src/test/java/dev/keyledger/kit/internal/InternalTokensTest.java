package dev.keyledger.kit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import dev.keyledger.testkit.MovableClock;
import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InternalTokensTest {
  private static final String CALLEE = "token-service";

  private final MovableClock clock = new MovableClock();
  private final InternalTokens tokens =
      new InternalTokens(() -> keys(ofCommand("i1", State.CURRENT, 1)), clock);

  @ParameterizedTest
  @EnumSource
  void aServiceIsKnownByItsTokenForAMinute(ServicePair pair) {
    String token = tokens.make(pair);
    assertThat(tokens.verify(token, pair.callee())).contains(pair);
    clock.advance(Duration.ofSeconds(59));
    assertThat(tokens.verify(token, pair.callee())).contains(pair);
    clock.advance(Duration.ofSeconds(10));
    assertThat(tokens.verify(token, pair.callee())).isEmpty();
  }

  @Test
  void keysSucceedOneAnotherInAnyOrder() {
    var ahead =
        new InternalTokens(
            () -> keys(ofCommand("i1", State.RETIRED, 1), ofCommand("i2", State.CURRENT, 2)),
            clock);
    var behind =
        new InternalTokens(
            () -> keys(ofCommand("i1", State.CURRENT, 1), ofCommand("i2", State.NEXT, 2)), clock);
    assertThat(ahead.verify(behind.make(ServicePair.COMMAND_TO_TOKEN), CALLEE))
        .contains(ServicePair.COMMAND_TO_TOKEN);
    assertThat(behind.verify(ahead.make(ServicePair.COMMAND_TO_TOKEN), CALLEE))
        .contains(ServicePair.COMMAND_TO_TOKEN);
  }

  /** Each by the keys that it is given, and no service of ours has another. */
  @ParameterizedTest
  @EnumSource
  void whoHoldsOnePairsKeyMakesNoTokenOfAnother(ServicePair own) {
    Set<Purpose> held = EnumSet.of(own.purpose(), Purpose.RECORDS);
    var broken =
        new InternalTokens(() -> keys(ofCommand("i1", State.CURRENT, 1)).only(held), clock);
    for (ServicePair other : EnumSet.complementOf(EnumSet.of(own))) {
      assertThatThrownBy(() -> broken.make(other)).hasMessageContaining(other.purpose().name());
      assertThat(
              tokens.verify(
                  signedBy(own, named(other), other.caller(), other.callee()), other.callee()))
          .isEmpty();
      assertThat(
              tokens.verify(
                  signedBy(own, named(own), other.caller(), other.callee()), other.callee()))
          .isEmpty();
    }
    assertThat(tokens.verify(signedBy(own, named(own), own.caller(), own.callee()), own.callee()))
        .contains(own);
  }

  /** Its caller holds the key too, and takes nobody's word by it. */
  @Test
  void aTokenIsForTheServiceThatIsCalledAlone() {
    String token = tokens.make(ServicePair.COMMAND_TO_TOKEN);
    assertThat(tokens.verify(token, "command-service")).isEmpty();
    assertThat(tokens.verify(token, "query-service")).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, "command-service", 60), "command-service"))
        .isEmpty();
  }

  @Test
  @DisplayName("RFC 8725, section 3.11: another type of token is none of these")
  void rfc8725Section311Type() {
    assertThat(tokens.verify(forged("at+jwt", CALLEE, 60), CALLEE)).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, "somebody-else", 60), CALLEE)).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, CALLEE, 3600), CALLEE)).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, CALLEE, 60), CALLEE)).isPresent();
  }

  @Test
  void anotherKeyOrJunkIsRefused() {
    var stranger = new InternalTokens(() -> keys(ofCommand("i1", State.CURRENT, 9)), clock);
    assertThat(tokens.verify(stranger.make(ServicePair.COMMAND_TO_TOKEN), CALLEE)).isEmpty();
    for (String name :
        List.of("i1", "", ".", "command-service", "command-service.", "gateway.i1")) {
      assertThat(
              tokens.verify(
                  signedBy(ServicePair.COMMAND_TO_TOKEN, name, "command-service"), CALLEE))
          .as(name)
          .isEmpty();
    }
    for (String junk : List.of("", "a.b.c", "sk_live_x")) {
      assertThat(tokens.verify(junk, CALLEE)).isEmpty();
    }
  }

  private static String named(ServicePair pair) {
    return pair.caller() + (pair == ServicePair.COMMAND_TO_TOKEN ? ".i1" : ".a");
  }

  private String signedBy(ServicePair pair, String keyName, String issuer) {
    return signedBy(pair, keyName, issuer, CALLEE);
  }

  private String signedBy(ServicePair pair, String keyName, String issuer, String audience) {
    return token(pair, keyName, issuer, InternalTokens.TYPE, audience, 60);
  }

  private String forged(String type, String audience, long seconds) {
    ServicePair pair = ServicePair.COMMAND_TO_TOKEN;
    return token(pair, named(pair), pair.caller(), type, audience, seconds);
  }

  private String token(
      ServicePair pair, String keyName, String issuer, String type, String audience, long seconds) {
    byte[] material =
        keys(ofCommand("i1", State.CURRENT, 1)).current(pair.purpose()).revealMaterial();
    return Jwts.builder()
        .header()
        .type(type)
        .keyId(keyName)
        .and()
        .issuer(issuer)
        .audience()
        .single(audience)
        .issuedAt(Date.from(clock.instant()))
        .expiration(Date.from(clock.instant().plusSeconds(seconds)))
        .json(JwtJson.serializer())
        .signWith(new SecretKeySpec(material, "HmacSHA256"), Jwts.SIG.HS256)
        .compact();
  }

  private static ServerKeys keys(ServerKey... ofCommand) {
    var keys = new ArrayList<>(List.of(ofCommand));
    for (Purpose purpose : Purpose.values()) {
      if (purpose != Purpose.COMMAND_TO_TOKEN) {
        keys.add(key(purpose, "a", State.CURRENT, 100 + purpose.ordinal()));
      }
    }
    return new ServerKeys(true, keys);
  }

  private static ServerKey ofCommand(String id, State state, int seed) {
    return key(Purpose.COMMAND_TO_TOKEN, id, state, seed);
  }

  private static ServerKey key(Purpose purpose, String id, State state, int seed) {
    byte[] material = new byte[32];
    material[0] = (byte) seed;
    return new ServerKey(
        purpose, id, state, Base64.getUrlEncoder().withoutPadding().encodeToString(material));
  }
}
