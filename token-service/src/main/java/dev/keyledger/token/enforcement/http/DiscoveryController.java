package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.token.TokenServiceSettings;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What an OAuth client or a verifier of tokens finds out by itself. */
@RestController
class DiscoveryController {
  private static final List<String> CLIENT_AUTHENTICATION =
      List.of("client_secret_basic", "client_secret_post");

  private final AccessTokens tokens;
  private final String issuer;

  DiscoveryController(AccessTokens tokens, TokenServiceSettings settings) {
    this.tokens = tokens;
    this.issuer = settings.issuer();
  }

  /** RFC 7517. A verifier may keep it for a minute; {@code next} keys are in it long before use. */
  @GetMapping("/.well-known/jwks.json")
  @PublicEndpoint(because = "public keys are for everybody")
  ResponseEntity<Map<String, Object>> jwks() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic())
        .body(tokens.jwks());
  }

  /**
   * RFC 8414. There is no authorisation endpoint, and so no response type. By OpenID's path too
   * (section 5): many libraries look nowhere else for an issuer's key set. Nothing in it says that
   * there were ID tokens, since there are none.
   */
  @GetMapping({"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"})
  @PublicEndpoint(because = "a client reads it before it has anything to show")
  Map<String, Object> metadata() {
    return Map.ofEntries(
        Map.entry("issuer", issuer),
        Map.entry("token_endpoint", issuer + "/oauth2/token"),
        Map.entry("introspection_endpoint", issuer + "/oauth2/introspect"),
        Map.entry("revocation_endpoint", issuer + "/oauth2/revoke"),
        Map.entry("jwks_uri", issuer + "/.well-known/jwks.json"),
        Map.entry("grant_types_supported", List.of("client_credentials", "refresh_token")),
        Map.entry("response_types_supported", List.of()),
        Map.entry("token_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION),
        Map.entry("introspection_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION),
        Map.entry("revocation_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION));
  }
}
