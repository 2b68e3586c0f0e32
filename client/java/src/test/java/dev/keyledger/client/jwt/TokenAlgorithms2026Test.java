package dev.keyledger.client.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.security.Key;
import java.security.KeyPair;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** RFC 8725, section 3.1: of all that the library can do, nothing but this is taken. */
class TokenAlgorithms2026Test {
  /** One for all algorithms on RSA, whose pairs take seconds to make; 2048 bits do for each. */
  private static final KeyPair RSA = Jwts.SIG.RS256.keyPair().build();

  @Test
  void accessTokensAreTakenByTwoAlgorithmsAlone() {
    assertThat(takenBy(TokenAlgorithms2026::forAccessTokens))
        .containsExactlyInAnyOrder("EdDSA", "ES256");
  }

  @Test
  void internalTokensAreTakenByOneAlgorithmAlone() {
    assertThat(takenBy(TokenAlgorithms2026::forInternalTokens)).containsExactly("HS256");
  }

  @Test
  void aKeyIsGoodForItsOwnAlgorithmAlone() {
    assertThat(TokenAlgorithms2026.of(pair(Jwts.SIG.EdDSA).getPublic()).getId()).isEqualTo("EdDSA");
    assertThat(TokenAlgorithms2026.of(pair(Jwts.SIG.ES256).getPublic()).getId()).isEqualTo("ES256");
  }

  private static List<String> takenBy(UnaryOperator<JwtParserBuilder> set) {
    return Jwts.SIG.get().values().stream()
        .filter(algorithm -> isTaken(algorithm, set))
        .map(SecureDigestAlgorithm::getId)
        .toList();
  }

  private static boolean isTaken(
      SecureDigestAlgorithm<?, ?> algorithm, UnaryOperator<JwtParserBuilder> set) {
    if (algorithm.equals(Jwts.SIG.NONE)) {
      String token = Jwts.builder().json(JwtJson.serializer()).subject("s").compact();
      return parses(token, set, null);
    }
    Key signing;
    Key verifying;
    if (algorithm instanceof SignatureAlgorithm pairs) {
      KeyPair pair = pair(pairs);
      signing = pair.getPrivate();
      verifying = pair.getPublic();
    } else {
      signing = ((io.jsonwebtoken.security.MacAlgorithm) algorithm).key().build();
      verifying = signing;
    }
    @SuppressWarnings("unchecked")
    var by = (SecureDigestAlgorithm<Key, ?>) algorithm;
    String token =
        Jwts.builder().json(JwtJson.serializer()).subject("s").signWith(signing, by).compact();
    return parses(token, set, verifying);
  }

  private static boolean parses(String token, UnaryOperator<JwtParserBuilder> set, Key key) {
    try {
      var parser = Jwts.parser().json(JwtJson.deserializer()).keyLocator(header -> key);
      set.apply(parser).build().parse(token);
      return true;
    } catch (JwtException | IllegalArgumentException e) {
      return false;
    }
  }

  private static KeyPair pair(SignatureAlgorithm algorithm) {
    return algorithm.getId().matches("[RP]S.*") ? RSA : algorithm.keyPair().build();
  }
}
