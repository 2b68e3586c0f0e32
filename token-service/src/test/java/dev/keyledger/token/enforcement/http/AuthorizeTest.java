package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.testkit.RawHttp;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import dev.keyledger.token.enforcement.usage.TakenUsage;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthorizeTest extends EnforcementTest {
  @Test
  void aGoodKeyPassesByEitherHeaderAndAnyMethod() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live", "clients.read", "clients.write"));

    for (var request :
        List.of(
            to("/v1/authorize").header("X-Api-Key", key.secret).GET(),
            to("/v1/authorize").header("Authorization", "Bearer " + key.secret).DELETE(),
            to("/v1/authorize?scope=clients.read%20clients.write")
                .header("Authorization", "bearer " + key.secret)
                .POST(BodyPublishers.ofString("whatever")))) {
      Answer answer = send(request);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("X-Auth-Organization")).isEqualTo(tenant.id.value());
      assertThat(answer.header("X-Auth-Subject")).isEqualTo(key.id.value());
      assertThat(answer.header("X-Auth-Environment")).isEqualTo("live");
      assertThat(answer.header("X-Auth-Scopes")).isEqualTo("clients.read clients.write");
      assertThat(answer.text()).isEmpty();
    }
  }

  @Test
  void parametersThatCannotBeReadAreTheCallersFault() {
    TestTenant.Key key = published(tenant().key("live"));

    Answer answer =
        send(
            to("/v1/authorize")
                .header("X-Api-Key", key.secret)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("scope=%zz")));

    assertThat(answer.status()).as("a body is never read").isEqualTo(200);
    RawHttp.Answer unreadable =
        RawHttp.send(
            service.port(), "GET /v1/authorize?scope=%zz HTTP/1.1", "X-Api-Key: " + key.secret);
    assertThat(unreadable.status()).isEqualTo(400);
    assertThat(unreadable.body()).contains("bad_request");
  }

  @Test
  void aTokenPassesTooAndLosesItsPowerWithItsCreators() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    String token = send(json("/v1/tokens", Map.of("api_key", key.secret))).field("access_token");
    assertThat(authorized(token, "clients.write")).isEqualTo(200);

    publish(tenant.ownerAs(dev.keyledger.events.policy.Role.DEVELOPER));
    assertThat(authorized(token, "clients.read")).isEqualTo(200);
    assertThat(authorized(token, "clients.write")).isEqualTo(403);

    publish(tenant.ownerRemoved());
    assertThat(authorized(token, "clients.read")).isEqualTo(403);
  }

  private static int authorized(String token, String scope) {
    return send(to("/v1/authorize?scope=" + scope).header("Authorization", "Bearer " + token).GET())
        .status();
  }

  @Test
  void whatNeedsAVerifiedOrganisationNobodyMayBefore() {
    for (Authority authority : Authority.values()) {
      TestTenant tenant = tenant();
      publish(
          tenant.withPolicy(p ->
              TestTenant.onboardingWithout(
                  TestTenant.with(
                      p, List.of(KeyUse.DIRECT, KeyUse.EXCHANGE), authority, OutstandingTokens.END),
                  "clients.write")),
          tenant.verified(false));
      TestTenant.Key key = published(tenant.key("live"));
      TestTenant.Key scoped = published(tenant.key("live", "clients.write"));
      String token = send(json("/v1/tokens", Map.of("api_key", key.secret))).field("access_token");
      List<String> credentials = List.of(key.secret, scoped.secret, token);

      assertThat(credentials).allMatch(c -> authorized(c, "clients.write") == 403);
      assertThat(authorized(key.secret, "clients.read")).isEqualTo(200);
      publish(tenant.verified(true));
      assertThat(credentials).allMatch(c -> authorized(c, "clients.write") == 200);
    }
  }

  @Test
  void everyUnauthorizedAnswerIsAlikeToTheByte() {
    TestTenant tenant = tenant();
    TestTenant.Key revoked = published(tenant.key("live"));
    publish(revoked.revoked());
    TestTenant.Key live = published(tenant.key("live"));
    TestTenant exchanged = tenant();
    publish(
        exchanged.withPolicy(p ->
            TestTenant.with(
                p, List.of(KeyUse.EXCHANGE), Authority.CREATOR, OutstandingTokens.EXPIRE)));
    TestTenant.Key notDirect = published(exchanged.key("live"));

    var bodies =
        List.of(
            send(to("/v1/authorize").header("X-Api-Key", "rubbish").GET()),
            send(to("/v1/authorize").header("X-Api-Key", tenant.key("live").secret).GET()),
            send(to("/v1/authorize").header("X-Api-Key", revoked.secret).GET()),
            send(to("/v1/authorize").header("X-Api-Key", notDirect.secret).GET()),
            send(
                to("/v1/authorize")
                    .header("X-Forwarded-Host", "test.localhost:8080")
                    .header("X-Api-Key", live.secret)
                    .GET()));

    assertThat(bodies).extracting(Answer::status).containsOnly(401);
    assertThat(bodies).extracting(Answer::text).containsOnly(bodies.getFirst().text());
    assertThat(bodies).extracting(a -> a.header("WWW-Authenticate")).doesNotContainNull();
  }

  @Test
  void noneAndSeveralCredentialsAreRefused() {
    TestTenant.Key key = published(tenant().key("live"));
    assertThat(send(to("/v1/authorize").GET()).status()).isEqualTo(401);
    assertThat(
            send(to("/v1/authorize")
                    .header("X-Api-Key", key.secret)
                    .header("Authorization", "Bearer " + key.secret)
                    .GET())
                .status())
        .isEqualTo(401);
    assertThat(
            send(to("/v1/authorize")
                    .header("X-Api-Key", key.secret)
                    .header("X-Api-Key", key.secret)
                    .GET())
                .status())
        .isEqualTo(401);
  }

  @Test
  void aUseUnderADialectIsCountedAtTheServiceThatTheRequestGoesOnTo() {
    var counter = service.context().getBean(UsageCounter.class);
    String internal =
        service.context().getBean(InternalTokens.class).make(ServicePair.QUERY_TO_TOKEN);
    TestTenant tenant = tenant();
    publish(tenant.withPolicy(p -> TestTenant.inDialect(p, "incrm")));
    TestTenant.Key key = published(tenant.key("live", "clients.read"));

    for (String scope : List.of("clients.read", "clients.write")) {
      send(
          to("/v1/authorize?scope=" + scope)
              .header("X-Api-Key", key.secret)
              .header("Keyledger-Dialect", "incrm")
              .GET());
    }
    assertThat(TakenUsage.of(key.id, counter)).isEqualTo(new TakenUsage(0, 1));

    send(
        form("/oauth2/introspect", Map.of("token", key.secret, "dialect", "incrm"))
            .header("Authorization", "Bearer " + internal));
    assertThat(TakenUsage.of(key.id, counter)).isEqualTo(new TakenUsage(1, 0));
    send(to("/v1/authorize").header("X-Api-Key", key.secret).GET());
    assertThat(TakenUsage.of(key.id, counter)).isEqualTo(new TakenUsage(1, 0));
  }

  @Test
  void theClientsAddressIsReadFromTheRightOfTrustedProxiesAlone() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    publish(tenant.allowing("198.51.100.0/24"));

    assertThat(from(key, "198.51.100.1")).isEqualTo(200);
    assertThat(from(key, "198.51.100.1, 203.0.113.1")).isEqualTo(403);
    assertThat(from(key, "203.0.113.1, 198.51.100.1")).isEqualTo(200);
    assertThat(send(to("/v1/authorize").header("X-Api-Key", key.secret).GET()).status())
        .isEqualTo(403);
  }

  private static int from(TestTenant.Key key, String forwardedFor) {
    return send(to("/v1/authorize")
            .header("X-Api-Key", key.secret)
            .header("X-Forwarded-For", forwardedFor)
            .GET())
        .status();
  }

  @Test
  void aTokenForOnesOwnAccountAlonePassesNowhereElse() {
    String token =
        service
            .context()
            .getBean(AccessTokens.class)
            .issueSession(
                new SessionGrant(
                    PersonId.of(UuidCreator.getTimeOrderedEpoch()),
                    SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                    false,
                    null,
                    CLOCK.instant(),
                    Duration.ofMinutes(15),
                    CLOCK.instant().plus(Duration.ofDays(1))))
            .token()
            .revealSecret();
    String internal =
        service.context().getBean(InternalTokens.class).make(ServicePair.QUERY_TO_TOKEN);

    assertThat(send(to("/v1/authorize").header("Authorization", "Bearer " + token).GET()).status())
        .isEqualTo(403);
    assertThat(
            send(form("/oauth2/introspect", Map.of("token", token))
                    .header("Authorization", "Bearer " + internal))
                .field("active"))
        .isEqualTo("false");
  }

  @Test
  void aListedHostTakesItsOwnEnvironmentAlone() {
    TestTenant tenant = tenant();
    TestTenant.Key test = published(tenant.key("test"));
    TestTenant.Key live = published(tenant.key("live"));
    String liveToken =
        send(json("/v1/tokens", Map.of("api_key", live.secret))).field("access_token");

    assertThat(onTestHost(test.secret)).isEqualTo(200);
    assertThat(onTestHost(live.secret)).isEqualTo(401);
    assertThat(onHost("test.localhost.:8080", live.secret)).isEqualTo(401);
    assertThat(onHost("test.localhost.", live.secret)).isEqualTo(401);
    assertThat(onTestHost(liveToken)).isEqualTo(401);
    assertThat(
            send(json("/v1/tokens", Map.of("api_key", live.secret))
                    .header("Keyledger-Environment", "test"))
                .status())
        .isEqualTo(401);
  }

  private static int onTestHost(String credential) {
    return onHost("test.localhost:8080", credential);
  }

  private static int onHost(String host, String credential) {
    return send(to("/v1/authorize")
            .header("X-Forwarded-Host", host)
            .header("Authorization", "Bearer " + credential)
            .GET())
        .status();
  }
}
