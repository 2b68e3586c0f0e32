package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.client.spring.EndpointAccess;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessFeed;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds for the service as a whole. */
class ServiceTest extends EnforcementTest {
  @Test
  void everyEndpointDeclaresItsAccessRule() {
    assertThat(EndpointAccess.undeclaredIn(service.context())).isEmpty();
  }

  @Test
  void healthAndMetricsAreOnTheManagementPortAndShowNoSecret() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    send(to("/v1/authorize").header("X-Api-Key", key.secret).GET());
    String port = service.context().getEnvironment().getRequiredProperty("local.management.port");

    Answer readiness = management(port, "/actuator/health/readiness");
    assertThat(readiness.status()).isEqualTo(200);
    assertThat(management(port, "/actuator/health/liveness").status()).isEqualTo(200);
    String metrics = management(port, "/actuator/prometheus").text();
    assertThat(metrics)
        .contains("keyledger_access_age_seconds")
        .contains("keyledger_access_keys ")
        .contains("keyledger_access_load_seconds")
        .contains("keyledger_decisions_total{code=\"ok\",credential=\"key\"}")
        .containsPattern(
            "http_server_requests_seconds_count\\{[^}]*method=\"GET\"[^}]*status=\"200\",uri=\"/v1/authorize\"")
        .doesNotContain(key.secret);
  }

  private static Answer management(String port, String path) {
    return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)));
  }

  @Test
  void aReplicaThatCannotKnowAnswers503AndRecoversByItself() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    String token = send(json("/v1/tokens", Map.of("api_key", key.secret))).field("access_token");
    service.ledger().begin();
    service.ledger().write(tenant.key("live").record());
    var feed = service.context().getBean(AccessFeed.class);
    await().atMost(Duration.ofSeconds(10)).until(() -> !feed.isReady());

    for (HttpRequest.Builder request :
        List.of(
            to("/v1/authorize").header("X-Api-Key", key.secret).GET(),
            to("/v1/authorize").header("Authorization", "Bearer " + token).GET(),
            json("/v1/tokens", Map.of("api_key", key.secret)),
            json("/v1/keys/verify", Map.of("key", key.secret)).header("X-Api-Key", key.secret),
            form("/oauth2/token", Map.of("grant_type", "client_credentials"))
                .header("Authorization", basic(key.id.value(), key.secret)))) {
      Answer answer = send(request);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.field("code")).isEqualTo("not_fresh");
      assertThat(answer.header("Retry-After")).isEqualTo("1");
    }
    service.ledger().commit();
    await().atMost(Duration.ofSeconds(10)).until(feed::isReady);
    assertThat(send(to("/v1/authorize").header("X-Api-Key", key.secret).GET()).status())
        .isEqualTo(200);
  }

  @Test
  void anUnreadableRecordMakesItsOrganisationAnswer503UntilItIsMended() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    service.ledger().begin();
    service.ledger().write(tenant.id, tenant.owner.value(), new byte[] {1, 2, 3});
    service.ledger().commit();
    await().atMost(Duration.ofSeconds(30)).until(() -> service.state().isUnreadable(tenant.id));
    assertThat(send(to("/v1/authorize").header("X-Api-Key", key.secret).GET()).status())
        .isEqualTo(503);
    publish(tenant.ownerAs(dev.keyledger.events.policy.Role.OWNER));
    assertThat(send(to("/v1/authorize").header("X-Api-Key", key.secret).GET()).status())
        .isEqualTo(200);
  }
}
