package dev.keyledger.kit.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InternalTokensTest {
  private final MovableClock clock = new MovableClock();
  private final InternalTokens tokens =
      new InternalTokens(() -> keys(internal("i1", State.CURRENT, 1)), clock);

  @Test
  void aServiceIsKnownByItsTokenForAMinute() {
    String token = tokens.make("command-service");
    assertThat(tokens.verify(token)).contains("command-service");
    clock.advance(Duration.ofSeconds(59));
    assertThat(tokens.verify(token)).contains("command-service");
    clock.advance(Duration.ofSeconds(10));
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void keysSucceedOneAnotherInAnyOrder() {
    var ahead =
        new InternalTokens(
            () -> keys(internal("i1", State.RETIRED, 1), internal("i2", State.CURRENT, 2)), clock);
    var behind =
        new InternalTokens(
            () -> keys(internal("i1", State.CURRENT, 1), internal("i2", State.NEXT, 2)), clock);
    assertThat(ahead.verify(behind.make("query-service"))).contains("query-service");
    assertThat(behind.verify(ahead.make("query-service"))).contains("query-service");
  }

  @Test
  @DisplayName("RFC 8725, section 3.11: another type of token is none of these")
  void rfc8725Section311Type() {
    assertThat(tokens.verify(forged("at+jwt", InternalTokens.AUDIENCE, 60))).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, "somebody-else", 60))).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, InternalTokens.AUDIENCE, 3600))).isEmpty();
    assertThat(tokens.verify(forged(InternalTokens.TYPE, InternalTokens.AUDIENCE, 60))).isPresent();
  }

  @Test
  void anotherKeyOrJunkIsRefused() {
    var stranger = new InternalTokens(() -> keys(internal("i1", State.CURRENT, 9)), clock);
    assertThat(tokens.verify(stranger.make("command-service"))).isEmpty();
    for (String junk : List.of("", "a.b.c", "sk_live_x")) {
      assertThat(tokens.verify(junk)).isEmpty();
    }
  }

  private String forged(String type, String audience, long seconds) {
    var material = Base64.getUrlDecoder().decode(internal("i1", State.CURRENT, 1).material());
    return Jwts.builder()
        .header()
        .type(type)
        .keyId("i1")
        .and()
        .issuer("command-service")
        .audience()
        .single(audience)
        .issuedAt(Date.from(clock.instant()))
        .expiration(Date.from(clock.instant().plusSeconds(seconds)))
        .json(JwtJson.serializer())
        .signWith(new SecretKeySpec(material, "HmacSHA256"), Jwts.SIG.HS256)
        .compact();
  }

  private static ServerKeys keys(ServerKey... internal) {
    var keys = new ArrayList<>(List.of(internal));
    for (Purpose purpose : Purpose.values()) {
      if (purpose != Purpose.INTERNAL) {
        keys.add(key(purpose, "a", State.CURRENT, 7));
      }
    }
    return new ServerKeys(false, keys);
  }

  private static ServerKey internal(String id, State state, int seed) {
    return key(Purpose.INTERNAL, id, state, seed);
  }

  private static ServerKey key(Purpose purpose, String id, State state, int seed) {
    byte[] material = new byte[32];
    material[0] = (byte) seed;
    return new ServerKey(
        purpose, id, state, Base64.getUrlEncoder().withoutPadding().encodeToString(material));
  }
}
