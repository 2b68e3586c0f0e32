package dev.keyledger.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.spring.EndpointAccess;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.testkit.StubServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as it is deployed, with a token-service that is a stub but speaks real HTTP. */
class DownstreamTest {
  private static final String ORG = "org_01890000-0000-7000-8000-000000000001";
  private static final String KEY = "key_01890000-0000-7000-8000-000000000005";
  private static final String PERSON = "per_01890000-0000-7000-8000-000000000002";

  private static final StubServer tokenService = new StubServer();
  private static ConfigurableApplicationContext service;
  private static volatile String introspection = "{\"active\":false}";

  @BeforeAll
  static void start() throws Exception {
    tokenService.answerByBody((asked, exchange) -> {
      boolean introspects = asked.target().equals("/oauth2/introspect");
      StubServer.answer(exchange, introspects ? 200 : 404, introspection);
    });
    service =
        DownstreamApplication.application()
            .run(
                "--server.port=0",
                "--management.server.port=0",
                "--keyledger.client.api-key=kl_platform_key",
                "--keyledger.revocations=none",
                "--keyledger.token-service.url=" + tokenService.url());
  }

  @AfterAll
  static void stop() {
    service.close();
    tokenService.close();
  }

  @Test
  void theCallerIsShownToItself() throws Exception {
    introspection = active("api_key", KEY, "clients.read");
    HttpResponse<String> response = get("/api/v1/client", key("incrm"));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode client = json(response).path("client");
    assertThat(client.path("organization").asString()).isEqualTo(ORG);
    assertThat(client.path("slug").asString()).isEqualTo("acme");
    assertThat(client.path("subject").asString()).isEqualTo(KEY);
    assertThat(client.path("environment").asString()).isEqualTo("live");
  }

  /** The texts of the published systems don't forbid what they don't name. */
  @Test
  void aParameterOfAnotherSystemsClientIsIgnored() throws Exception {
    introspection = active("api_key", KEY, "clients.read");
    assertThat(get("/api/v1/client?page=2", key("incrm")).statusCode()).isEqualTo(200);
  }

  @Test
  void eachResourceNeedsItsPermission() throws Exception {
    introspection = active("api_key", KEY, "other.read");
    for (String path :
        new String[] {
          "/developer/companies", "/api/v1/client", "/api/v1/products", "/api/v1/payments"
        }) {
      assertThat(get(path, key("sk_live")).statusCode()).as(path).isEqualTo(403);
      assertThat(get(path, null).statusCode()).as(path).isEqualTo(401);
    }
    introspection = active("api_key", KEY, "companies.read products.read");
    assertThat(json(get("/developer/companies", key("incrm"))).at("/companies/0/slug").asString())
        .isEqualTo("acme");
    assertThat(json(get("/api/v1/products", key("incrm"))).path("products").size()).isEqualTo(2);
  }

  @Test
  void paymentsTakeSecretKeysAndPeopleByTheirRole() throws Exception {
    introspection = active("api_key", KEY, "payments.read");
    assertThat(get("/api/v1/payments", key("sk_test")).statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/payments", key("incrm")).statusCode()).isEqualTo(401);
    assertThat(get("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(403);
    introspection = active("member", PERSON, "payments.read");
    assertThat(get("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(200);
    assertThat(post("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(403);
    introspection = active("member", PERSON, "payments.write");
    assertThat(get("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(403);
    assertThat(post("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(201);
    introspection = active("operator", PERSON, "");
    assertThat(get("/api/v1/payments", "a.b.c.d.e").statusCode()).isEqualTo(403);
  }

  @Test
  void payingTakesASecretKeyThatMayWrite() throws Exception {
    introspection = active("api_key", KEY, "payments.read");
    assertThat(post("/api/v1/payments", key("sk_live")).statusCode()).isEqualTo(403);
    introspection = active("api_key", KEY, "payments.write");
    assertThat(post("/api/v1/payments", key("incrm")).statusCode()).isEqualTo(401);
    HttpResponse<String> paid = post("/api/v1/payments", key("sk_live"));
    assertThat(paid.statusCode()).isEqualTo(201);
    assertThat(json(paid).at("/payment/id").asString()).startsWith("pay_");
  }

  @Test
  void aRevokedKeyIs401() throws Exception {
    introspection = "{\"active\":false,\"code\":\"revoked\"}";
    HttpResponse<String> response = get("/api/v1/client", key("incrm"));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).path("code").asString()).isEqualTo("credential_revoked");
  }

  @Test
  void everyEndpointDeclaresWhatItNeeds() {
    assertThat(EndpointAccess.undeclaredIn(service)).isEmpty();
  }

  @Test
  void itIsReadyOnItsManagementPort() throws Exception {
    String port = service.getEnvironment().getProperty("local.management.port");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/actuator/health/readiness"))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static String active(String kind, String subject, String scope) {
    return """
    {"active":true,"kind":"%s","sub":"%s","key_id":"%s","org":"%s","slug":"acme","env":"live",
     "scope":"%s","iat_ms":1780000000123}
    """
        .formatted(kind, subject, KEY, ORG, scope);
  }

  private static String key(String prefix) {
    return KeySecret.mint(prefix, 'a', new byte[32]).text().revealSecret();
  }

  private static HttpResponse<String> get(String path, String credential) throws Exception {
    return send("GET", path, credential);
  }

  private static HttpResponse<String> post(String path, String credential) throws Exception {
    return send("POST", path, credential);
  }

  private static HttpResponse<String> send(String method, String path, String credential)
      throws Exception {
    String port = service.getEnvironment().getProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (credential != null) {
      request.header("Authorization", "Bearer " + credential);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
