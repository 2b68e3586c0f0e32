package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest extends EnforcementTest {
  private static Answer exchange(Map<String, ?> body) {
    return send(json("/v1/tokens", body));
  }

  private static TestTenant tenantUsing(OutstandingTokens outstanding, KeyUse... uses) {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p -> TestTenant.with(p, List.of(uses), Authority.CREATOR, outstanding)));
    return tenant;
  }

  @Test
  void aKeyIsExchangedForATokenOfThePolicysFormAndLife() {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p, new KeyTokenRules(KeyTokenRules.Format.OPAQUE, Duration.ofMinutes(15), null))));
    TestTenant.Key key = published(tenant.key("live"));

    Answer answer = exchange(Map.of("api_key", key.secret));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("access_token").split("\\.")).hasSize(5);
    assertThat(answer.field("token_type")).isEqualTo("Bearer");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(900);
    assertThat(answer.field("expires_at")).endsWith(".000Z");
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void exchangesBeyondTheOrganisationsRateAreRefusedByEitherPathAndRefreshesGoOn() {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                new KeyTokenRules(
                    KeyTokenRules.Format.JWT,
                    Duration.ofMinutes(15),
                    Duration.ofDays(7),
                    Refresh.FIXED,
                    null,
                    new KeyRules.Rate(2, Duration.ofMinutes(1))))));
    TestTenant.Key key = published(tenant.key("live"));
    TestTenant.Key another = published(tenant.key("live"));

    Answer first = exchange(Map.of("api_key", key.secret));
    assertThat(first.header("RateLimit-Policy")).isEqualTo("\"token-grants\";q=2;w=60");
    assertThat(first.header("RateLimit")).isEqualTo("\"token-grants\";r=1;t=60");
    assertThat(granted(another).header("RateLimit")).startsWith("\"token-grants\";r=0;t=");
    Answer beyond = exchange(Map.of("api_key", another.secret));
    assertThat(beyond.status()).isEqualTo(429);
    assertThat(beyond.field("code")).isEqualTo("rate_limited");
    assertThat(Integer.parseInt(beyond.header("Retry-After"))).isBetween(1, 60);
    Answer byOauth = granted(key);
    assertThat(byOauth.status()).isEqualTo(429);
    assertThat(byOauth.field("error")).isEqualTo("temporarily_unavailable");
    assertThat(byOauth.header("Retry-After")).isNotNull();

    Answer refreshed =
        send(
            form(
                "/oauth2/token",
                Map.of(
                    "grant_type", "refresh_token", "refresh_token", first.field("refresh_token"))));
    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(exchange(Map.of("api_key", published(tenant().key("live")).secret)).status())
        .isEqualTo(200);
  }

  private static Answer granted(TestTenant.Key key) {
    return send(
        form(
            "/oauth2/token",
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                key.id.value(),
                "client_secret",
                key.secret)));
  }

  @Test
  void aTokenNeverOutlivesItsKey() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live").expiringAt(CLOCK.instant().plusSeconds(100)));

    Answer answer = exchange(Map.of("api_key", key.secret));

    assertThat(answer.json().path("expires_in").asInt()).isBetween(99, 100);
  }

  @Test
  void everyRefusalIsAlikeToTheByte() {
    TestTenant tenant = tenant();
    TestTenant.Key revoked = published(tenant.key("live"));
    publish(revoked.revoked());
    TestTenant.Key live = published(tenant.key("live"));
    TestTenant.Key direct =
        published(tenantUsing(OutstandingTokens.END, KeyUse.DIRECT).key("live"));
    TestTenant suspended = tenant();
    TestTenant.Key ofSuspended = published(suspended.key("live"));
    publish(suspended.suspended(true));
    TestTenant.Key pair = published(tenantUsing(OutstandingTokens.END, KeyUse.LOGIN).key("live"));

    var answers =
        List.of(
            exchange(Map.of("api_key", "rubbish")),
            exchange(Map.of("api_key", tenant.key("live").secret)),
            exchange(Map.of("api_key", revoked.secret)),
            exchange(Map.of("api_key", direct.secret)),
            exchange(Map.of("api_key", ofSuspended.secret)),
            exchange(Map.of("api_key", pair.secret)),
            exchange(Map.of("key_id", "nonsense", "secret", live.secret)),
            exchange(Map.of("key_id", pair.id.value(), "secret", live.secret)));

    assertThat(answers).extracting(Answer::status).containsOnly(401);
    assertThat(answers).extracting(Answer::text).containsOnly(answers.getFirst().text());
    assertThat(answers.getFirst().field("code")).isEqualTo("invalid_key");
    assertThat(exchange(Map.of("key_id", pair.id.value(), "secret", pair.secret)).status())
        .isEqualTo(200);
  }

  @Test
  void anotherCredentialBesideTheBodysIsRefused() {
    TestTenant.Key key = published(tenant().key("live"));
    assertThat(
            send(json("/v1/tokens", Map.of("api_key", key.secret)).header("X-Api-Key", key.secret))
                .field("code"))
        .isEqualTo("multiple_credentials");
    assertThat(
            exchange(Map.of("api_key", key.secret, "key_id", key.id.value(), "secret", key.secret))
                .status())
        .isEqualTo(422);
  }

  @Test
  void fromElsewhereAGoodKeyIsRefusedLikeABadOne() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    publish(tenant.allowing("198.51.100.0/24"));
    Answer fromElsewhere = exchange(Map.of("api_key", key.secret));
    assertThat(fromElsewhere.status()).isEqualTo(401);
    assertThat(fromElsewhere.text()).isEqualTo(exchange(Map.of("api_key", "rubbish")).text());
  }

  @Test
  void revokingAKeyEndsItsTokensWherePolicySaysSo() {
    TestTenant ending = tenantUsing(OutstandingTokens.END, KeyUse.EXCHANGE);
    TestTenant expiring = tenantUsing(OutstandingTokens.EXPIRE, KeyUse.EXCHANGE);
    TestTenant.Key ends = published(ending.key("live"));
    TestTenant.Key expires = published(expiring.key("live"));
    String ended = exchange(Map.of("api_key", ends.secret)).field("access_token");
    String outstanding = exchange(Map.of("api_key", expires.secret)).field("access_token");

    publish(ends.revoked());
    publish(expires.revoked());

    assertThat(authorized(ended)).isEqualTo(401);
    assertThat(authorized(outstanding)).isEqualTo(200);
    CLOCK.advance(Duration.ofMinutes(15));
    assertThat(authorized(outstanding)).isEqualTo(401);
  }

  private static int authorized(String token) {
    return send(to("/v1/authorize").header("Authorization", "Bearer " + token).GET()).status();
  }

  @Test
  void inADialectOnlyItsOwnOrganisationsKeysAreKnown() {
    TestTenant.Key key = published(tenant().key("live"));
    assertThat(
            send(json("/v1/tokens", Map.of("api_key", key.secret))
                    .header("Keyledger-Dialect", "incard"))
                .status())
        .isEqualTo(401);
    assertThat(
            send(json("/v1/tokens", Map.of("api_key", key.secret))
                    .header("Keyledger-Dialect", "canonical"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void noSecretIsStored() {
    TestTenant.Key key = published(tenant().key("live"));
    Answer answer = exchange(Map.of("key_id", key.id.value(), "secret", key.secret));
    String refresh = answer.field("refresh_token");
    var database = service.context().getBean(org.springframework.jdbc.core.simple.JdbcClient.class);
    List<String> rows =
        database
            .sql(
                "SELECT f::text || t::text FROM key_refresh_families f "
                    + "JOIN key_refresh_tokens t USING (organization, key, family) WHERE key = ?")
            .param(key.id.value())
            .query(String.class)
            .list();
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst()).doesNotContain(refresh).doesNotContain(key.secret);
  }
}
