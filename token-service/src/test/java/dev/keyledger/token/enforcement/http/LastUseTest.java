package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.usage.TakenUsage;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What moves {@code last_used_at}, and what is counted as a refusal of a key. */
class LastUseTest extends OauthTest {
  private static final TakenUsage NOTHING = new TakenUsage(0, 0);
  private static final TakenUsage A_USE = new TakenUsage(1, 0);
  private static final TakenUsage A_DENIAL = new TakenUsage(0, 1);

  private TestTenant tenant;
  private TestTenant.Key key;

  @BeforeEach
  void aKeyThatWasNeverUsed() {
    tenant = tenant();
    key = published(tenant.key("live", "clients.read"));
    taken();
  }

  private TakenUsage taken() {
    return TakenUsage.of(key.id, service.context().getBean(UsageCounter.class));
  }

  private static Answer verify(TestTenant.Key caller, Map<String, ?> body) {
    return send(json("/v1/keys/verify", body).header("X-Api-Key", caller.secret));
  }

  private static String basicOf(TestTenant.Key client) {
    return basic(client.id.value(), client.secret);
  }

  @Test
  void anIntrospectionByAnotherOrganisationIsNothingThatHappenedToTheKey() {
    TestTenant.Key stranger = published(tenant().key("live"));
    for (String authorization : List.of(basicOf(stranger), "Bearer " + stranger.secret)) {
      assertThat(introspect(authorization, key.secret).text()).isEqualTo("{\"active\":false}");
      assertThat(introspect(authorization, key.secret, "environment", "test").text())
          .isEqualTo("{\"active\":false}");
      assertThat(taken()).isEqualTo(NOTHING);
    }
  }

  @Test
  void norIsOneByAMemberOfItsOwnWhoMayNotVerify() {
    TestTenant.Key colleague = published(tenant.key("live", "clients.read"));
    assertThat(introspect(basicOf(colleague), key.secret).text()).isEqualTo("{\"active\":false}");
    assertThat(introspect(basicOf(colleague), key.secret, "environment", "test").text())
        .isEqualTo("{\"active\":false}");
    assertThat(taken()).isEqualTo(NOTHING);
  }

  @Test
  void oneByWhoMayVerifyIsAUseAndSoIsOneByAServiceOrByTheKeyItself() {
    TestTenant platform = tenant();
    publish(platform.ofKind(OrganizationKind.PLATFORM));
    TestTenant.Key service = published(platform.key("live", "clients.read"));
    TestTenant.Key verifier = published(tenant.key("live", "keys.verify"));
    for (String authorization :
        List.of(basicOf(verifier), "Bearer " + service.secret, internal())) {
      assertThat(introspect(authorization, key.secret).field("key_id")).isEqualTo(key.id.value());
      assertThat(taken()).as(authorization).isEqualTo(A_USE);
    }
    assertThat(introspect(basicOf(key), key.secret).field("key_id")).isEqualTo(key.id.value());
    assertThat(taken().uses()).as("as caller, and as what is asked about").isEqualTo(2);
  }

  @Test
  void aVerifyThatSaysYesIsAUseOfTheKeyAndOneThatSaysNoIsADenial() {
    TestTenant.Key verifier = published(tenant.key("live", "keys.verify"));
    assertThat(verify(verifier, Map.of("key", key.secret)).field("code")).isEqualTo("ok");
    assertThat(taken()).isEqualTo(A_USE);
    for (Map<String, ?> question :
        List.of(
            Map.of("key", key.secret, "environment", "test"),
            Map.of("key", key.secret, "scopes", List.of("clients.write")))) {
      assertThat(verify(verifier, question).json().path("valid").asBoolean()).isFalse();
      assertThat(taken()).isEqualTo(A_DENIAL);
    }
    publish(key.revoked());
    assertThat(verify(verifier, Map.of("key", key.secret)).field("code")).isEqualTo("revoked");
    assertThat(taken()).isEqualTo(A_DENIAL);
  }

  @Test
  void aVerifyByAStrangerOrByWhoMayNotIsNothingThatHappenedToTheKey() {
    TestTenant.Key stranger = published(tenant().key("live"));
    assertThat(verify(stranger, Map.of("key", key.secret)).field("code")).isEqualTo("not_found");
    TestTenant.Key colleague = published(tenant.key("live", "clients.read"));
    assertThat(verify(colleague, Map.of("key", key.secret)).status()).isEqualTo(403);
    assertThat(taken()).isEqualTo(NOTHING);
  }

  @Test
  void aTokenThatIsObtainedIsAUseAndWhatObtainsNoneIsNot() {
    assertThat(token(key).status()).isEqualTo(200);
    assertThat(taken()).isEqualTo(A_USE);
    String refresh = exchanged(key);
    assertThat(taken()).isEqualTo(A_USE);

    assertThat(token(key, "scope", "clients.write").field("error")).isEqualTo("invalid_scope");
    assertThat(refresh(key, "klrt_unknown").field("error")).isEqualTo("invalid_grant");
    assertThat(taken()).isEqualTo(NOTHING);
    assertThat(refresh(key, refresh).status()).isEqualTo(200);
    assertThat(taken()).as("the secret was shown beside the token").isEqualTo(A_USE);
  }

  @Test
  void anExchangeBeyondTheRateIsNoUse() {
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                new KeyTokenRules(
                    KeyTokenRules.Format.JWT,
                    Duration.ofMinutes(15),
                    null,
                    Refresh.FIXED,
                    null,
                    new KeyRules.Rate(1, Duration.ofMinutes(1))))));
    assertThat(token(key).status()).isEqualTo(200);
    assertThat(taken()).isEqualTo(A_USE);
    assertThat(token(key).status()).isEqualTo(429);
    assertThat(taken()).isEqualTo(NOTHING);
  }

  @Test
  void aRequestThatAProxyAsksAboutIsAUseWhereItIsAllowed() {
    var ask = to("/v1/authorize?scope=clients.read").header("X-Api-Key", key.secret).GET();
    assertThat(send(ask).status()).isEqualTo(200);
    assertThat(taken()).isEqualTo(A_USE);
    var beyond = to("/v1/authorize?scope=clients.write").header("X-Api-Key", key.secret).GET();
    assertThat(send(beyond).status()).isEqualTo(403);
    assertThat(taken()).isEqualTo(A_DENIAL);
  }
}
