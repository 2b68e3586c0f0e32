package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Authorization server metadata. */
class Rfc8414Test extends OauthTest {
  @Test
  void section_3_2_theMetadataNamesWhatIsThere() {
    Answer answer = send(to("/.well-known/oauth-authorization-server").GET());
    assertThat(answer.field("issuer")).isEqualTo("http://localhost:8080");
    assertThat(answer.field("token_endpoint")).isEqualTo("http://localhost:8080/oauth2/token");
    assertThat(answer.field("jwks_uri")).endsWith("/.well-known/jwks.json");
  }

  @Test
  void section_5_thePathOfOpenIdHasTheSameAndClaimsNoIdTokens() {
    Answer answer = send(to("/.well-known/openid-configuration").GET());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(send(to("/.well-known/oauth-authorization-server").GET()).json());
    assertThat(answer.text()).doesNotContain("id_token", "authorization_endpoint");
  }

  /** RFC 7517, section 4: by these a verifier picks key and algorithm, without any setting. */
  @Test
  void eachKeyOfTheSetSaysWhatItIsForHowItSignsAndWhichItIs() {
    JsonNode keys = send(to("/.well-known/jwks.json").GET()).json().path("keys");
    assertThat(keys.values())
        .isNotEmpty()
        .allSatisfy(key -> {
          assertThat(key.path("use").asString()).isEqualTo("sig");
          assertThat(key.path("kid").asString()).isNotBlank();
          assertThat(List.of("OKP Ed25519 EdDSA", "EC P-256 ES256"))
              .contains(
                  key.path("kty").asString()
                      + " "
                      + key.path("crv").asString()
                      + " "
                      + key.path("alg").asString());
          assertThat(key.has("d")).isFalse();
        });
  }
}
