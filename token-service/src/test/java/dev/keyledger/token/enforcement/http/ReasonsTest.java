package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Role;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the gateway is told of a refusal, so that it can say it in a dialect's words. */
class ReasonsTest extends EnforcementTest {
  private static final String DIALECT = "incrm";

  private static TestTenant tenantOfDialect() {
    TestTenant tenant = tenant();
    publish(tenant.withPolicy(p -> TestTenant.inDialect(p, DIALECT)));
    return tenant;
  }

  private static String reason(HttpRequest.Builder request) {
    Answer answer = send(request.header("Keyledger-Dialect", DIALECT));
    return answer.status() + " " + answer.header("Keyledger-Reason");
  }

  private static HttpRequest.Builder with(String credential) {
    return to("/v1/authorize").header("Authorization", "Bearer " + credential).GET();
  }

  private static String authorized(String credential) {
    return reason(with(credential));
  }

  private static String tokenOf(TestTenant.Key key) {
    return send(json("/v1/tokens", Map.of("api_key", key.secret))).field("access_token");
  }

  private static String sessionOf(TestTenant tenant) {
    return session(tenant, false);
  }

  private static String session(TestTenant tenant, boolean operator) {
    return service
        .context()
        .getBean(AccessTokens.class)
        .issueSession(
            new SessionGrant(
                tenant == null
                    ? PersonId.of(UuidCreator.getTimeOrderedEpoch())
                    : tenant.ownerPerson,
                SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                operator,
                tenant == null ? null : tenant.owner,
                CLOCK.instant(),
                Duration.ofMinutes(15),
                CLOCK.instant().plus(Duration.ofDays(1))))
        .token()
        .revealSecret();
  }

  @Nested
  class AtAuthorize {
    @Test
    void noneSeveralAndJunk() {
      assertThat(reason(to("/v1/authorize").GET())).isEqualTo("401 missing");
      assertThat(reason(with("a").header("X-Api-Key", "b"))).isEqualTo("401 multiple");
      assertThat(authorized("rubbish")).isEqualTo("401 malformed");
      assertThat(authorized("a.b.c")).isEqualTo("401 malformed");
    }

    @Test
    void ofAKey() {
      TestTenant tenant = tenantOfDialect();
      TestTenant.Key key = published(tenant.key("live", "clients.read"));
      TestTenant.Key revoked = published(tenant.key("live"));
      publish(revoked.revoked());
      TestTenant.Key expired = published(tenant.key("live"));
      publish(expired.expired());
      TestTenant.Key suspended = published(tenant.key("live"));
      publish(suspended.suspended(null));
      assertThat(authorized(suspended.secret)).isEqualTo("401 key_suspended");

      assertThat(authorized(key.secret)).isEqualTo("200 null");
      assertThat(authorized(tenant.key("live").secret)).isEqualTo("401 not_found");
      assertThat(authorized(revoked.secret)).isEqualTo("401 revoked");
      assertThat(authorized(expired.secret)).isEqualTo("401 expired");
      assertThat(reason(with(key.secret).header("Keyledger-Environment", "sandbox,test")))
          .isEqualTo("401 wrong_environment");
      assertThat(
              reason(with(key.secret).uri(to("/v1/authorize?scope=clients.write").build().uri())))
          .isEqualTo("403 insufficient_scope");
      publish(tenant.allowing("198.51.100.0/24"));
      assertThat(authorized(key.secret)).isEqualTo("403 ip_not_allowed");
      assertThat(authorized(revoked.secret)).isEqualTo("401 revoked");
      publish(tenant.suspended(true));
      assertThat(authorized(key.secret)).isEqualTo("403 organization_suspended");
    }

    @Test
    void ofAKeysToken() {
      TestTenant tenant = tenantOfDialect();
      TestTenant.Key key = published(tenant.key("live"));
      String token = tokenOf(key);

      assertThat(authorized(token)).isEqualTo("200 null");
      assertThat(reason(with(token).header("Keyledger-Environment", "test")))
          .isEqualTo("401 wrong_environment");
      publish(key.suspended(null));
      assertThat(authorized(token)).isEqualTo("401 key_suspended");
      publish(key.revoked());
      assertThat(authorized(token)).isEqualTo("401 revoked");
      publish(tenant.ownerRemoved());
      assertThat(authorized(token)).isEqualTo("401 member_removed");
    }

    @Test
    void ofAMembersToken() {
      TestTenant tenant = tenantOfDialect();
      String token = sessionOf(tenant);

      assertThat(authorized(token)).isEqualTo("200 null");
      publish(tenant.ownerRemoved());
      assertThat(authorized(token)).isEqualTo("401 member_removed");
      CLOCK.advance(Duration.ofMinutes(15));
      assertThat(authorized(token)).isEqualTo("401 expired");
    }

    @Test
    void aTokenWhoseKeysMakerWasRemovedIsWorthNothingAskedForAScopeOrNot() {
      TestTenant tenant = tenantOfDialect();
      publish(
          tenant.withPolicy(p ->
              TestTenant.with(
                  p, List.of(KeyUse.EXCHANGE), Authority.CREATOR, OutstandingTokens.EXPIRE)));
      TestTenant.Key key = published(tenant.key("live"));
      String token = tokenOf(key);

      publish(tenant.ownerRemoved());
      publish(key.revoked());

      assertThat(authorized(token)).isEqualTo("403 member_removed");
      assertThat(send(with(token)).status()).isEqualTo(403);
    }

    @Test
    void aTokenOfAKeyThatIsItsOrganisationsOutlivesTheMemberWhoMadeIt() {
      TestTenant tenant = tenantOfDialect();
      publish(
          tenant.withPolicy(p ->
              TestTenant.with(
                  p, List.of(KeyUse.EXCHANGE), Authority.ORGANIZATION, OutstandingTokens.END)));
      TestTenant.Key key = published(tenant.key("live"));
      String token = tokenOf(key);

      publish(tenant.ownerAs(Role.EMPLOYEE), tenant.ownerRemoved());

      assertThat(authorized(token)).isEqualTo("200 null");
      assertThat(authorized(tokenOf(key))).isEqualTo("200 null");
      publish(key.revoked());
      assertThat(authorized(token)).isEqualTo("401 revoked");
    }

    @Test
    void anOperatorsTokenNamesNoOrganisationAndAPersonsOwnIsToldApart() {
      Answer operator = send(with(session(null, true)).header("Keyledger-Dialect", DIALECT));
      assertThat(operator.status()).isEqualTo(200);
      assertThat(operator.header("X-Auth-Organization")).isNull();
      assertThat(operator.header("X-Auth-Subject")).startsWith("per_");
      assertThat(authorized(session(null, false))).isEqualTo("403 no_organization");
    }

    @Test
    void whatBelongsToAnotherDialectIsUnknownWhateverElseItIs() {
      TestTenant other = tenant();
      TestTenant.Key key = published(other.key("live"));
      String ofKey = tokenOf(key);
      String ofMember = sessionOf(other);

      assertThat(List.of(authorized(key.secret), authorized(ofKey), authorized(ofMember)))
          .containsOnly("401 not_found");
      publish(key.revoked());
      publish(other.ownerRemoved());
      publish(other.suspended(true));
      CLOCK.advance(Duration.ofMinutes(15));
      assertThat(List.of(authorized(key.secret), authorized(ofKey), authorized(ofMember)))
          .containsOnly("401 not_found");
    }

    @Test
    void whoeverNamesNoDialectIsToldNothingAndAnsweredTheSame() {
      TestTenant.Key revoked = published(tenantOfDialect().key("live"));
      publish(revoked.revoked());

      Answer told = send(with(revoked.secret).header("Keyledger-Dialect", DIALECT));
      Answer untold = send(with(revoked.secret));

      assertThat(told.header("Keyledger-Reason")).isEqualTo("revoked");
      assertThat(untold.header("Keyledger-Reason")).isNull();
      assertThat(
              send(with(revoked.secret).header("Keyledger-Dialect", "canonical"))
                  .header("Keyledger-Reason"))
          .isNull();
      assertThat(untold.text()).isEqualTo(told.text());
    }
  }

  @Nested
  class AtTheTokenEndpoints {
    private String exchanged(TestTenant.Key key) {
      return reason(json("/v1/tokens", Map.of("api_key", key.secret)));
    }

    private Map<String, String> refresh(String token) {
      return Map.of("grant_type", "refresh_token", "refresh_token", token);
    }

    private String refreshed(String token) {
      return reason(form("/oauth2/token", refresh(token)));
    }

    private String refreshTokenOf(TestTenant.Key key) {
      return send(json("/v1/tokens", Map.of("key_id", key.id.value(), "secret", key.secret))
              .header("Keyledger-Dialect", DIALECT))
          .field("refresh_token");
    }

    @Test
    void anExchangeThatIsRefused() {
      TestTenant tenant = tenantOfDialect();
      TestTenant.Key key = published(tenant.key("live"));
      TestTenant.Key expired = published(tenant.key("live").expiringAt(CLOCK.instant()));

      assertThat(exchanged(key)).isEqualTo("200 null");
      assertThat(exchanged(tenant.key("live"))).isEqualTo("401 not_found");
      assertThat(exchanged(expired)).isEqualTo("401 expired");
      assertThat(reason(json("/v1/tokens", Map.of("api_key", "rubbish"))))
          .isEqualTo("401 malformed");
      assertThat(reason(json("/v1/tokens", Map.of("key_id", "nonsense", "secret", key.secret))))
          .isEqualTo("401 malformed");
      assertThat(
              reason(
                  json("/v1/tokens", Map.of("api_key", key.secret))
                      .header("X-Api-Key", key.secret)))
          .isEqualTo("401 multiple");
      publish(tenant.allowing("198.51.100.0/24"));
      assertThat(exchanged(key)).isEqualTo("401 ip_not_allowed");
      assertThat(exchanged(expired)).isEqualTo("401 expired");
      assertThat(
              reason(
                  form("/oauth2/token", Map.of("grant_type", "client_credentials"))
                      .header("Authorization", basic(key.id.value(), key.secret))))
          .isEqualTo("401 ip_not_allowed");
      assertThat(reason(form("/oauth2/token", Map.of("grant_type", "client_credentials"))))
          .isEqualTo("401 missing");
    }

    @Test
    void aRefreshThatIsRefused() {
      TestTenant tenant = tenantOfDialect();
      TestTenant.Key key = published(tenant.key("live"));
      String good = refreshTokenOf(key);
      String elsewhere =
          send(json("/v1/tokens", Map.of("api_key", key.secret))).field("refresh_token");

      assertThat(refreshed("klrt_unknown")).isEqualTo("400 not_found");
      assertThat(refreshed(elsewhere)).isEqualTo("400 not_found");
      assertThat(
              reason(form("/oauth2/token", refresh(good)).header("Keyledger-Environment", "test")))
          .isEqualTo("400 wrong_environment");
      publish(tenant.allowing("198.51.100.0/24"));
      assertThat(refreshed(good)).isEqualTo("400 ip_not_allowed");
      publish(tenant.allowing());
      assertThat(refreshed(good)).isEqualTo("200 null");
      String dying = refreshTokenOf(key);
      publish(key.revoked());
      assertThat(refreshed(dying)).isEqualTo("400 revoked");
      Answer untold = send(form("/oauth2/token", refresh("klrt_unknown")));
      assertThat(untold.header("Keyledger-Reason")).isNull();
    }

    @Test
    void aRefreshTokenThatWasUsedIsDeadFromEverywhereAndEndsItsFamily() {
      TestTenant tenant = tenantOfDialect();
      TestTenant.Key key = published(tenant.key("live"));
      String first = refreshTokenOf(key);
      String second =
          send(form("/oauth2/token", refresh(first)).header("Keyledger-Dialect", DIALECT))
              .field("refresh_token");

      publish(tenant.allowing("198.51.100.0/24"));
      assertThat(refreshed(first)).isEqualTo("400 revoked");
      publish(tenant.allowing());
      assertThat(refreshed(second)).isEqualTo("400 revoked");
    }
  }

  @Nested
  class AtSessions {
    private String signedOut(String credential) {
      return reason(
          to("/v1/sessions/current").header("Authorization", "Bearer " + credential).DELETE());
    }

    @Test
    void signingOutWithWhatIsNoGood() {
      TestTenant tenant = tenantOfDialect();
      TestTenant other = tenant();
      String token = sessionOf(tenant);

      assertThat(reason(to("/v1/sessions/current").DELETE())).isEqualTo("401 missing");
      assertThat(signedOut("a.b.c")).isEqualTo("401 malformed");
      assertThat(signedOut(sessionOf(other))).isEqualTo("401 not_found");
      assertThat(signedOut(published(tenant.key("live")).secret))
          .isEqualTo("403 insufficient_scope");
      publish(tenant.ownerAs(Role.DEVELOPER), tenant.ownerRemoved());
      assertThat(signedOut(token)).isEqualTo("401 member_removed");
      assertThat(reason(json("/v1/sessions/refresh", Map.of("refresh_token", "klr_unknown"))))
          .isEqualTo("401 not_found");
    }
  }
}
