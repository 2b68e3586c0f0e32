package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Authorization server metadata. */
class Rfc8414Test extends OauthTest {
  @Test
  void section_3_2_theMetadataNamesWhatIsThere() {
    Answer answer = send(to("/.well-known/oauth-authorization-server").GET());
    assertThat(answer.field("issuer")).isEqualTo("http://localhost:8080");
    assertThat(answer.field("token_endpoint")).isEqualTo("http://localhost:8080/oauth2/token");
    assertThat(answer.field("jwks_uri")).endsWith("/.well-known/jwks.json");
  }
}
