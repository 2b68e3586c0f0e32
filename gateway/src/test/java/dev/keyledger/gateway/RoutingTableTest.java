package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {
  @ParameterizedTest
  @CsvSource({
    "POST,   /v1/organizations, COMMAND",
    "GET,    /v1/organizations, QUERY",
    "POST,   /v1/organizations/acme/keys, COMMAND",
    "PATCH,  /v1/organizations/acme/keys/k, COMMAND",
    "PUT,    /v1/organizations/acme/policy, COMMAND",
    "POST,   /v1/organizations/acme/policy/preview, COMMAND",
    "DELETE, /v1/organizations/acme/members/m, COMMAND",
    "GET,    /v1/organizations/acme/keys, QUERY",
    "HEAD,   /v1/organizations/acme/events, QUERY",
    "OPTIONS,/v1/organizations/acme/events, QUERY",
    "GET,    /v1/organizations/acme/events/stream, DELIVERY",
    "HEAD,   /v1/organizations/acme/events/stream, DELIVERY",
    "GET,    /v1/organizations/acme/events/stream/x, QUERY",
    "POST,   /v1/organizations/acme/subscriptions/s/rotate-secret, COMMAND",
    "GET,    /v1/organizations/acme/subscriptions/s, QUERY",
    "GET,    /v1/organizations/acme/subscriptions/s/deliveries, DELIVERY",
    "PUT,    /v1/organizations/acme/subscriptions/s/deliveries, DELIVERY",
    "POST,   /v1/organizations/acme/subscriptions/s/deliveries/m/replay, DELIVERY",
    "POST,   /v1/organizations/acme/subscriptions/s/replay, DELIVERY",
    "GET,    /v1/organizations/acme/subscriptions/s/progress, DELIVERY",
    "PUT,    /v1/organizations/acme/subscriptions/s/progress, DELIVERY",
    "POST,   /v1/organizations/acme/subscriptions/s/test, DELIVERY",
    "GET,    /v1/organizations/acme/keys/test, QUERY",
    "POST,   /v1/platform/services, COMMAND",
    "POST,   /v1/platform/persons/p/erase, COMMAND",
    "POST,   /v1/platform/rebuilds, QUERY",
    "GET,    /v1/platform/rebuilds/r, QUERY",
    "POST,   /v1/platform/halted-organizations/o/retry, QUERY",
    "POST,   /v1/sessions, TOKEN",
    "POST,   /v1/sessions/verify, TOKEN",
    "DELETE, /v1/sessions/current, TOKEN",
    "POST,   /v1/invitations/accept, TOKEN",
    "POST,   /v1/me/totp/confirm, TOKEN",
    "POST,   /v1/tokens, TOKEN",
    "POST,   /v1/keys/verify, TOKEN",
    "PURGE,  /v1/authorize, TOKEN",
    "POST,   /oauth2/token, TOKEN",
    "POST,   /oauth2/introspect, TOKEN",
    "POST,   /oauth2/revoke, TOKEN",
    "GET,    /.well-known/oauth-authorization-server, TOKEN",
    "GET,    /.well-known/openid-configuration, TOKEN",
    "GET,    /.well-known/jwks.json, TOKEN",
    "GET,    /status-lists/00000000-0000-4000-8000-000000000000, TOKEN",
  })
  void everyPathOfTheApiHasOneService(String method, String path, Upstream upstream) {
    assertThat(RoutingTable.find(method, path)).contains(upstream);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/internal/v1/invitations",
        "/internal",
        "/actuator/health",
        "/v1/organizationsx",
        "/v1/platform",
        "/v1/tokensx",
        "/v1/tokens/x",
        "/oauth2/other",
        "/.well-known/other",
        "/api/v1/other",
        "/developer/companies",
        "/api/v1/products",
        "/openapi.json",
      })
  void nothingElseIsForwarded(String path) {
    assertThat(RoutingTable.find("GET", path)).isEmpty();
    assertThat(RoutingTable.find("POST", path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/organizations/../internal/v1/people",
        "/v1/organizations/..;/internal",
        "/v1/organizations/%2e%2e/internal",
        "/v1/organizations/..%2finternal",
        "/v1/organizations//internal",
        "/v1/organizations/./x",
        "/v1/organizations/a\\b",
        "/v1/organizations/a;b=c",
        "/v1/organizations/%5c",
        "/v1/organizations/%252e%252e",
        "/v1/organizations/x%00",
        "/v1/organizations/..",
      })
  void aPathThatCouldBeReadInTwoWaysIsNotPlain(String path) {
    assertThat(PlainPathFilter.isPlain(path)).isFalse();
  }

  @Test
  void ordinaryPathsArePlain() {
    assertThat(PlainPathFilter.isPlain("/v1/organizations/acme-1.2_3/keys/key_0")).isTrue();
    assertThat(PlainPathFilter.isPlain("/.well-known/jwks.json")).isTrue();
    assertThat(PlainPathFilter.isPlain("/v1/organizations/%C3%BC")).isTrue();
  }
}
