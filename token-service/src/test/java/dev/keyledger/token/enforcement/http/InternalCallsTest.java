package dev.keyledger.token.enforcement.http;

import static dev.keyledger.kit.internal.ServicePair.COMMAND_TO_TOKEN;
import static dev.keyledger.kit.internal.ServicePair.DELIVERY_TO_TOKEN;
import static dev.keyledger.kit.internal.ServicePair.QUERY_TO_TOKEN;
import static dev.keyledger.kit.internal.ServicePair.SEEDER_TO_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalEndpoints;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which of our services gets in where, by the keys that each of them holds. */
class InternalCallsTest extends EnforcementTest {
  private static final Map<String, Set<ServicePair>> CALLERS =
      Map.ofEntries(
          Map.entry("POST /internal/v1/keys/uses", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/keys/usage", Set.of(QUERY_TO_TOKEN)),
          Map.entry("POST /internal/v1/keys/exposure", Set.of(QUERY_TO_TOKEN)),
          Map.entry("POST /internal/v1/keys/of-secrets", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/people/leak-letters", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/people/ending-letters", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/invitations", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/invitations/invitee", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/invitations/again", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/invitations/again/check", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/memberships/accepted", Set.of(QUERY_TO_TOKEN)),
          Map.entry("POST /internal/v1/people/data-keys", Set.of(COMMAND_TO_TOKEN, QUERY_TO_TOKEN)),
          Map.entry("POST /internal/v1/people/erasures/check", Set.of(COMMAND_TO_TOKEN)),
          Map.entry("POST /internal/v1/people/erasures", Set.of(COMMAND_TO_TOKEN)),
          Map.entry(
              "POST /internal/v1/sessions/standing", Set.of(COMMAND_TO_TOKEN, QUERY_TO_TOKEN)),
          Map.entry(
              "POST /internal/v1/revocations/whole",
              Set.of(COMMAND_TO_TOKEN, QUERY_TO_TOKEN, DELIVERY_TO_TOKEN)),
          Map.entry(
              "POST /internal/v1/acknowledged-records",
              Set.of(COMMAND_TO_TOKEN, QUERY_TO_TOKEN, DELIVERY_TO_TOKEN)),
          Map.entry("POST /internal/v1/demonstration/people", Set.of(SEEDER_TO_TOKEN)));

  private static Running shared;

  @Override
  @BeforeAll
  void startOnce() {
    shared = service;
    service = start(Servers.forTests().bootstrapServers(), "--keyledger.demonstration=true");
  }

  @AfterAll
  static void giveBack() {
    service.context().close();
    service = shared;
  }

  /** By the one key of that pair, as its caller has it. */
  static String token(ServicePair pair, Supplier<ServerKeys> keys) {
    return new InternalTokens(() -> keys.get().only(Set.of(pair.purpose())), CLOCK).make(pair);
  }

  private static String token(ServicePair pair) {
    return token(pair, SERVER_KEYS);
  }

  private static Answer ask(String endpoint, String token) {
    String[] parts =
        endpoint.replaceAll("\\{[^}]*}", "per_01890000-0000-7000-8000-000000000000").split(" ");
    return send(
        json(parts[1], Map.of())
            .method(parts[0], BodyPublishers.ofString("{}"))
            .header("Authorization", "Bearer " + token));
  }

  @Test
  void everyInternalEndpointTakesTheServicesThatItListsAndNoOther() {
    Map<String, Set<ServicePair>> endpoints = InternalEndpoints.in(service.context());
    assertThat(endpoints).isEqualTo(CALLERS);
    endpoints.forEach((endpoint, callers) -> {
      for (ServicePair pair : ServicePair.values()) {
        Answer answer = ask(endpoint, token(pair));
        if (!pair.callee().equals("token-service")) {
          assertThat(answer.status()).as("%s by %s", endpoint, pair).isEqualTo(401);
        } else if (callers.contains(pair)) {
          assertThat(answer.status()).as("%s by %s", endpoint, pair).isNotIn(401, 403, 404);
        } else {
          assertThat(answer.status()).as("%s by %s", endpoint, pair).isEqualTo(403);
          assertThat(answer.field("code")).isEqualTo("caller_not_allowed");
        }
      }
    });
  }

  @Test
  void theDocumentNamesTheSame() throws IOException {
    String page = Files.readString(Path.of("../SECURITY.md"));
    int begin = page.indexOf("### Internal calls");
    List<List<String>> rows =
        page.substring(begin, page.indexOf("\n### ", begin + 1))
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> List.of(line.substring(1).strip().split("\\s*\\|\\s*", -1)))
            .toList();
    var shown = new TreeMap<String, Set<ServicePair>>();
    for (List<String> row : rows.subList(1, rows.size())) {
      var callers = EnumSet.noneOf(ServicePair.class);
      for (ServicePair pair : ServicePair.values()) {
        if (pair.callee().equals("token-service")
            && row.get(rows.getFirst().indexOf(pair.caller())).equals("✓")) {
          callers.add(pair);
        }
      }
      shown.put(row.getFirst().replace("`", ""), callers);
    }
    assertThat(shown).isEqualTo(CALLERS);
  }

  @Test
  void nobodyElseGetsInAnywhere() {
    var others = new TestServerKeys();
    String key = published(tenant().key("live")).secret;
    String access = send(json("/v1/tokens", Map.of("api_key", key))).field("access_token");
    for (String endpoint : CALLERS.keySet()) {
      for (ServicePair pair : ServicePair.values()) {
        assertThat(ask(endpoint, token(pair, others)).status()).as(endpoint).isEqualTo(401);
      }
      for (String credential : List.of("", key, access)) {
        assertThat(ask(endpoint, credential).field("code")).isEqualTo("invalid_token");
      }
    }
  }

  @Test
  void servicesIntrospectAndEndNoTokens() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    String access = send(json("/v1/tokens", Map.of("api_key", key.secret))).field("access_token");
    for (ServicePair pair : ServicePair.values()) {
      boolean asks = EnumSet.of(COMMAND_TO_TOKEN, QUERY_TO_TOKEN, DELIVERY_TO_TOKEN).contains(pair);
      Answer introspected = by(pair, "/oauth2/introspect", access);
      if (!pair.callee().equals("token-service")) {
        assertThat(introspected.status()).as(pair.toString()).isEqualTo(401);
        continue;
      }
      assertThat(introspected.status()).as(pair.toString()).isEqualTo(asks ? 200 : 403);
      Answer ended = by(pair, "/oauth2/revoke", access);
      assertThat(ended.status()).as(pair.toString()).isEqualTo(403);
      assertThat(ended.field("error")).isEqualTo("unauthorized_client");
    }
    assertThat(by(QUERY_TO_TOKEN, "/oauth2/introspect", access).json().path("active").asBoolean())
        .isTrue();
  }

  private static Answer by(ServicePair pair, String path, String about) {
    return send(
        form(path, Map.of("token", about)).header("Authorization", "Bearer " + token(pair)));
  }
}
