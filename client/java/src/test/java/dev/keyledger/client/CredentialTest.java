package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyledger.client.Credential.ApiKey;
import dev.keyledger.client.Credential.OpaqueToken;
import dev.keyledger.client.Credential.SignedToken;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CredentialTest {
  @Test
  void bearerCarriesTokensAndKeysAndXApiKeyOnlyKeys() {
    assertThat(Credential.in(List.of("Bearer a.b.c"), List.of()))
        .get()
        .isInstanceOf(SignedToken.class);
    assertThat(Credential.in(List.of("bearer  a.b.c.d.e"), List.of()))
        .get()
        .isInstanceOf(OpaqueToken.class);
    assertThat(Credential.in(List.of("Bearer sk_live_x"), List.of()))
        .get()
        .isInstanceOf(ApiKey.class);
    assertThat(Credential.in(List.of(), List.of("a.b.c"))).get().isInstanceOf(ApiKey.class);
  }

  @Test
  @DisplayName("RFC 6750, section 3.1: no credential is no error yet")
  void rfc6750NoCredential() {
    assertThat(Credential.in(List.of(), List.of())).isEmpty();
    assertThat(Credential.in(List.of("Basic eDp5"), List.of())).isEmpty();
    assertThat(Credential.in(List.of("Bearer "), List.of())).isEmpty();
  }

  @Test
  void moreThanOneCredentialIsRefusedWhicheverTheyAre() {
    assertRefused(List.of("Bearer a.b.c"), List.of("sk_live_x"));
    assertRefused(List.of("Bearer a.b.c", "Bearer a.b.c"), List.of());
    assertRefused(List.of(), List.of("sk_live_x", "sk_live_x"));
    assertRefused(List.of("Basic eDp5"), List.of("sk_live_x"));
  }

  @Test
  void aCredentialNeverPrintsItself() {
    assertThat(Credential.of("sk_live_hidden").toString()).doesNotContain("hidden");
  }

  private static void assertRefused(List<String> authorization, List<String> apiKey) {
    assertThatExceptionOfType(AccessRefusedException.class)
        .isThrownBy(() -> Credential.in(authorization, apiKey))
        .satisfies(e -> assertThat(e.status()).isEqualTo(401));
  }
}
