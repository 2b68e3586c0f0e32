package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.TestTenant;
import java.util.Map;

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

  static Answer refresh(String refreshToken, String... more) {
    return send(
        form(
            "/oauth2/token",
            parameters(
                "grant_type",
                "refresh_token",
                java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("refresh_token", refreshToken),
                        java.util.Arrays.stream(more))
                    .toArray(String[]::new))));
  }
}
