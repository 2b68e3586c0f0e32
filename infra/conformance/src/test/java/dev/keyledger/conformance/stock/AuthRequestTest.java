package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * nginx's {@code auth_request} on {@code /v1/authorize}, as {@code stock/nginx.conf} sets it up.
 */
@Tag("stock")
@Needs(Tool.NGINX)
class AuthRequestTest {
  /** Addresses of this machine: a proxy that Keyledger wasn't told of, and two clients. */
  private static final String OTHER_PROXY = "127.0.0.20";

  private static final String OFFICE = "127.0.0.30";
  private static final String ELSEWHERE = "127.0.0.40";

  @TempDir private Path folder;

  /** What stands behind a proxy and believes it. */
  private StubServer service;

  private Nginx nginx;
  private Organization organization;
  private Member owner;

  @BeforeEach
  void start() {
    organization = StockCluster.get().people().liveOrganization("standard");
    owner = StockCluster.get().people().join(organization, "owner");
    service = new StubServer();
    service.answer(exchange -> StubServer.answer(exchange, 200, ""));
    nginx = nginxCallingFrom(StockCluster.TRUSTED_PROXY, StockCluster.get().gateway().base());
  }

  @AfterEach
  void stop() {
    if (nginx != null) {
      nginx.close();
    }
    if (service != null) {
      service.close();
    }
  }

  @Test
  void aGoodKeyPassesAndTheServiceIsToldWhoItIsWhateverTheClientClaimed() throws Exception {
    Client key = key(List.of());

    HttpResponse<String> answer =
        send(
            request("/clients/7?page=2")
                .header("X-Api-Key", key.secret())
                .header("X-Auth-Organization", "org_of_somebody_else")
                .header("X-Auth-Scopes", "planets.destroy")
                .POST(HttpRequest.BodyPublishers.ofString("the body")));

    assertThat(answer.statusCode()).isEqualTo(200);
    StubServer.Asked received = service.last();
    assertThat(received.target()).isEqualTo("/clients/7?page=2");
    assertThat(received.body()).isEqualTo("the body");
    assertThat(received.headers().get("X-Auth-Organization")).containsExactly(organization.id());
    assertThat(received.headers().get("X-Auth-Subject")).containsExactly(key.id());
    assertThat(received.headers().get("X-Auth-Environment")).containsExactly("test");
    assertThat(received.headers().get("X-Auth-Scopes"))
        .singleElement()
        .asString()
        .contains("clients.read")
        .doesNotContain("planets.destroy");
    assertThat(received.headers()).doesNotContainKeys("X-api-key", "Authorization");
  }

  @Test
  void whatKeyledgerSaysNothingOfReachesTheServiceFromNobody() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/anything")
                .header("Authorization", "Bearer " + owner.token())
                .header("X-Auth-Environment", "live"));

    assertThat(answer.statusCode()).isEqualTo(200);
    StubServer.Asked received = service.last();
    assertThat(received.headers().getFirst("X-Auth-Subject")).startsWith("per_");
    assertThat(received.headers()).doesNotContainKey("X-auth-environment");
  }

  @Test
  void withoutAGoodCredentialNothingReachesTheService() throws Exception {
    Client revoked = key(List.of());
    Answer receipt = owner.api().post(path(revoked) + "/revoke", Map.of("reason", "lost"));
    assertThat(receipt.node("receipt.in_force").asBoolean()).isTrue();
    Client good = key(List.of());

    assertThat(send(request("/")).statusCode()).isEqualTo(401);
    assertThat(send(request("/").header("X-Auth-Subject", good.id())).statusCode()).isEqualTo(401);
    assertThat(withKey("/", "kl_test_neverissued").statusCode()).isEqualTo(401);
    assertThat(withKey("/", revoked.secret()).statusCode()).isEqualTo(401);
    assertThat(withKey("/", revoked.secret()).headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
    assertThat(
            send(request("/")
                    .header("X-Api-Key", good.secret())
                    .header("Authorization", "Bearer " + good.secret()))
                .statusCode())
        .isEqualTo(401);
    assertThat(send(request("/authorize").header("X-Api-Key", good.secret())).statusCode())
        .as("nginx's own question is nobody else's")
        .isEqualTo(404);
    assertThat(service.asked()).isEmpty();
    assertThat(withKey("/", good.secret()).statusCode()).isEqualTo(200);
  }

  @Test
  void aKeyThatMayNotDoWhatTheLocationAsksForIsForbidden() throws Exception {
    Client reader = key(List.of("clients.read"));

    assertThat(withKey("/clients", reader.secret()).statusCode()).isEqualTo(200);
    assertThat(withKey("/payments", reader.secret()).statusCode()).isEqualTo(403);
    assertThat(withKey("/payments?scope=clients.read", reader.secret()).statusCode())
        .isEqualTo(403);
    assertThat(service.asked()).hasSize(1);
  }

  @Test
  void behindATrustedNginxAnAllowlistAppliesToTheClientsAddressAndToNoInventedOne()
      throws Exception {
    Client key = key(List.of());
    allow(OFFICE + "/32");

    assertThat(withKeyFrom(OFFICE, key).statusCode()).isEqualTo(200);
    assertThat(withKeyFrom(ELSEWHERE, key).statusCode()).isEqualTo(403);
    assertThat(
            send(
                    ELSEWHERE,
                    request("/")
                        .header("X-Api-Key", key.secret())
                        .header("X-Forwarded-For", OFFICE)
                        .header("X-Real-Ip", OFFICE)
                        .header("Forwarded", "for=" + OFFICE))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void anNginxThatKeyledgerWasNotToldOfIsNotBelievedAboutAddresses() throws Exception {
    Client key = key(List.of());
    nginx.close();
    nginx = nginxCallingFrom(OTHER_PROXY, StockCluster.get().gateway().base());

    allow(OFFICE + "/32");
    assertThat(withKeyFrom(OFFICE, key).statusCode()).isEqualTo(403);

    allow(OTHER_PROXY + "/32");
    assertThat(withKeyFrom(ELSEWHERE, key).statusCode())
        .as("it stands for itself alone")
        .isEqualTo(200);
  }

  @Test
  void whileNobodyAnswersNobodyPasses() throws Exception {
    Client key = key(List.of());
    nginx.close();
    nginx =
        nginxCallingFrom(
            StockCluster.TRUSTED_PROXY, URI.create("http://127.0.0.1:" + Ports.free()));

    assertThat(withKey("/", key.secret()).statusCode()).isEqualTo(500);
    assertThat(service.asked()).isEmpty();
  }

  private Nginx nginxCallingFrom(String address, URI keyledger) {
    URI numeric = URI.create("http://127.0.0.1:" + keyledger.getPort());
    URI behind = URI.create(service.url().replace("localhost", "127.0.0.1"));
    return Nginx.start(folder, numeric, behind, address);
  }

  /** By the operator, whom no allowlist binds. */
  private void allow(String cidr) {
    Answer answer =
        StockCluster.get()
            .people()
            .operator()
            .put(organization.path() + "/ip-allowlist", Map.of("cidrs", List.of(cidr)));
    assertThat(answer.isSuccess()).as(answer.toString()).isTrue();
  }

  private Client key(List<String> scopes) {
    return Client.createdBy(owner.api(), organization, "test", scopes);
  }

  private String path(Client key) {
    return organization.path() + "/keys/" + key.id();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(nginx.base().resolve(path));
  }

  private HttpResponse<String> withKey(String path, String secret) throws Exception {
    return send(request(path).header("X-Api-Key", secret));
  }

  private HttpResponse<String> withKeyFrom(String address, Client key) throws Exception {
    return send(address, request("/").header("X-Api-Key", key.secret()));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return send("127.0.0.1", request);
  }

  private static HttpResponse<String> send(String from, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .localAddress(InetAddress.getByName(from))
            .build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
