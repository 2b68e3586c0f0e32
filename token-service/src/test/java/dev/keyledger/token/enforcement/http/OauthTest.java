package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.TestTenant;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** What tests of the OAuth endpoints ask; each is named by the section that it is about. */
abstract class OauthTest extends EnforcementTest {
  static Answer token(TestTenant.Key key, String... more) {
    return send(
        form("/oauth2/token", parameters("grant_type", "client_credentials", more))
            .header("Authorization", basic(key.id.value(), key.secret)));
  }

  static Map<String, String> parameters(String name, String value, String... more) {
    var all = new java.util.LinkedHashMap<String, String>();
    all.put(name, value);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  static String internal() {
    return "Bearer "
        + service.context().getBean(InternalTokens.class).make(ServicePair.QUERY_TO_TOKEN);
  }

  static Answer introspect(String authorization, String token, String... more) {
    return send(
        form("/oauth2/introspect", parameters("token", token, more))
            .header("Authorization", authorization));
  }

  /** By a client that shows nothing but the token. */
  static Answer refresh(String refreshToken, String... more) {
    return send(refreshForm(refreshToken, more));
  }

  /** By the client that this key is, as RFC 6749 wants it of one that has a secret. */
  static Answer refresh(TestTenant.Key client, String refreshToken, String... more) {
    return send(
        refreshForm(refreshToken, more)
            .header("Authorization", basic(client.id.value(), client.secret)));
  }

  static HttpRequest.Builder refreshForm(String refreshToken, String... more) {
    return form(
        "/oauth2/token",
        parameters(
            "grant_type",
            "refresh_token",
            Stream.concat(Stream.of("refresh_token", refreshToken), Arrays.stream(more))
                .toArray(String[]::new)));
  }

  /** The refresh token of a key that was exchanged at {@code /v1/tokens}. */
  static String exchanged(TestTenant.Key key) {
    return send(json("/v1/tokens", Map.of("key_id", key.id.value(), "secret", key.secret)))
        .field("refresh_token");
  }
}
