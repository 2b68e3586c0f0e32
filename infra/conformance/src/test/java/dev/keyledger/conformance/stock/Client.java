package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;

/** An API key as an OAuth client sees it. */
record Client(String id, String secret) {
  /**
   * @param scopes what it is narrowed to; empty for whatever its creator may do
   */
  static Client createdBy(
      Api creator, Organization organization, String environment, List<String> scopes) {
    Answer created =
        creator.post(
            organization.path() + "/keys",
            Map.of("name", "stock", "environment", environment, "scopes", scopes));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return new Client(created.text("key.id"), created.text("secret"));
  }

  /** A new access token by {@code client_credentials}. */
  String token() {
    Answer answer =
        StockCluster.get()
            .gateway()
            .form(
                "/oauth2/token",
                Map.of(
                    "grant_type", "client_credentials",
                    "client_id", id,
                    "client_secret", secret));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.text("access_token");
  }

  /** Ends one of its tokens. */
  void revoke(String token) {
    Answer answer =
        StockCluster.get()
            .gateway()
            .form(
                "/oauth2/revoke", Map.of("token", token, "client_id", id, "client_secret", secret));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  @Override
  public String toString() {
    return id;
  }
}
