package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.policy.Role;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyTest extends EnforcementTest {
  private static Answer verify(String caller, Map<String, ?> body) {
    return send(json("/v1/keys/verify", body).header("Authorization", "Bearer " + caller));
  }

  @Test
  void aGoodKeyIsValidAndSaysWhoseItIsAndWhatItMayDo() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live", "clients.read"));
    TestTenant.Key caller = published(tenant.key("live"));

    Answer answer =
        verify(
            caller.secret,
            Map.of("key", key.secret, "environment", "live", "scopes", List.of("clients.read")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("valid").asBoolean()).isTrue();
    assertThat(answer.field("code")).isEqualTo("ok");
    assertThat(answer.field("key_id")).isEqualTo(key.id.value());
    assertThat(answer.field("organization")).isEqualTo(tenant.id.value());
    assertThat(answer.field("environment")).isEqualTo("live");
    assertThat(answer.json().path("scopes").values())
        .extracting(n -> n.asString())
        .containsExactly("clients.read");
    assertThat(answer.field("subject")).isEqualTo(key.id.value());
    assertThat(answer.field("as_of"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
  }

  @Test
  void everyWayToBeNoGoodHasItsCode() {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("live")).secret;
    TestTenant.Key revoked = published(tenant.key("live"));
    publish(revoked.revoked());
    TestTenant.Key expired =
        published(tenant.key("live").expiringAt(CLOCK.instant().plusSeconds(1)));
    CLOCK.advance(Duration.ofSeconds(1));
    TestTenant.Key scoped = published(tenant.key("live", "clients.read"));

    assertThat(verify(caller, Map.of("key", "rubbish")).field("code")).isEqualTo("malformed");
    assertThat(verify(caller, Map.of("key", tenant.key("live").secret)).field("code"))
        .isEqualTo("not_found");
    assertThat(verify(caller, Map.of("key", revoked.secret)).field("code")).isEqualTo("revoked");
    assertThat(verify(caller, Map.of("key", expired.secret)).field("code")).isEqualTo("expired");
    assertThat(verify(caller, Map.of("key", scoped.secret, "environment", "test")).field("code"))
        .isEqualTo("wrong_environment");
    assertThat(
            verify(caller, Map.of("key", scoped.secret, "scopes", List.of("clients.write")))
                .field("code"))
        .isEqualTo("insufficient_scope");
    assertThat(verify(caller, Map.of("key", scoped.secret)).json().path("valid").asBoolean())
        .isTrue();
  }

  @Test
  void onlyListedAddressesAreAdmittedWhereTheAllowlistIsInForce() {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("test")).secret;
    TestTenant.Key live = published(tenant.key("live"));
    publish(tenant.allowing("198.51.100.0/24", "2001:db8::/32"));

    assertThat(verify(caller, Map.of("key", live.secret, "ip", "198.51.100.7")).field("code"))
        .isEqualTo("ok");
    assertThat(verify(caller, Map.of("key", live.secret, "ip", "2001:db8::1")).field("code"))
        .isEqualTo("ok");
    assertThat(verify(caller, Map.of("key", live.secret, "ip", "203.0.113.9")).field("code"))
        .isEqualTo("ip_not_allowed");
    assertThat(verify(caller, Map.of("key", live.secret)).field("code"))
        .isEqualTo("ip_not_allowed");
    assertThat(verify(caller, Map.of("key", published(tenant.key("test")).secret)).field("code"))
        .isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not-an-ip",
        "",
        "010.1.2.3",
        "10.1",
        "198.51.100.7:443",
        "198.51.100.0/24",
        "fe80::1%eth0",
        "[2001:db8::1]",
        "unknown"
      })
  void whatIsNoAddressIsToldByItsField(String text) {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("test")).secret;
    TestTenant.Key live = published(tenant.key("live"));

    Answer answer = verify(caller, Map.of("key", live.secret, "ip", text));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.field("field")).isEqualTo("ip");
  }

  @Test
  void somebodyElsesKeyIsNotFoundButPlatformServicesSeeAll() {
    TestTenant mine = tenant();
    TestTenant theirs = tenant();
    String caller = published(mine.key("live")).secret;
    TestTenant.Key key = published(theirs.key("live"));
    TestTenant platform = tenant();
    publish(platform.ofKind(OrganizationKind.PLATFORM));
    String service = published(platform.key("live", "keys.verify")).secret;

    Answer answer = verify(caller, Map.of("key", key.secret));
    assertThat(answer.field("code")).isEqualTo("not_found");
    assertThat(answer.field("organization")).isNull();
    assertThat(verify(service, Map.of("key", key.secret)).field("code")).isEqualTo("ok");
  }

  @Test
  void theCallerNeedsKeysVerifyAtTheTimeOfTheCall() {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("live")).secret;
    TestTenant.Key key = published(tenant.key("live"));
    assertThat(verify(caller, Map.of("key", key.secret)).status()).isEqualTo(200);

    publish(tenant.ownerAs(Role.DEVELOPER));

    assertThat(verify(caller, Map.of("key", key.secret)).status()).isEqualTo(403);
  }

  @Test
  void aSuspendedOrganisationAuthenticatesNothingUntilItIsReinstated() {
    TestTenant tenant = tenant();
    TestTenant platform = tenant();
    publish(platform.ofKind(OrganizationKind.PLATFORM));
    String service = published(platform.key("live", "keys.verify")).secret;
    TestTenant.Key key = published(tenant.key("live"));

    publish(tenant.suspended(true));
    assertThat(verify(service, Map.of("key", key.secret)).field("code"))
        .isEqualTo("organization_suspended");
    publish(tenant.suspended(false));
    assertThat(verify(service, Map.of("key", key.secret)).field("code")).isEqualTo("ok");
  }

  @Test
  void twoSecretsWorkWhileAKeyRotatesAndOneAfterwards() {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("live")).secret;
    TestTenant.Key key = published(tenant.key("live"));
    String older = key.secret;
    Instant end = CLOCK.instant().plusSeconds(60);
    publish(key.rotated(end));

    assertThat(verify(caller, Map.of("key", older)).field("code")).isEqualTo("ok");
    assertThat(verify(caller, Map.of("key", key.secret)).field("code")).isEqualTo("ok");
    CLOCK.advance(Duration.ofSeconds(60));
    assertThat(verify(caller, Map.of("key", older)).field("code")).isEqualTo("revoked");
    assertThat(verify(caller, Map.of("key", key.secret)).field("code")).isEqualTo("ok");
  }

  @Test
  void bodiesAreReadStrictlyAndCredentialsOneAtATime() {
    TestTenant tenant = tenant();
    String caller = published(tenant.key("live")).secret;

    assertThat(send(json("/v1/keys/verify", Map.of("key", "x"))).status()).isEqualTo(401);
    assertThat(
            send(json("/v1/keys/verify", Map.of("key", "x"))
                    .header("Authorization", "Bearer " + caller)
                    .header("X-Api-Key", caller))
                .status())
        .isEqualTo(401);
    Answer unknown = verify(caller, Map.of("key", "x", "wat", "y"));
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.field("field")).isEqualTo("wat");
    assertThat(verify(caller, Map.of()).field("field")).isEqualTo("key");
    Answer malformed =
        send(
            to("/v1/keys/verify")
                .header("Content-Type", "application/json")
                .header("X-Api-Key", caller)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"key\"")));
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.field("code")).isEqualTo("malformed_json");
    assertThat(send(to("/v1/keys/verify").header("X-Api-Key", caller).GET()).status())
        .isEqualTo(405);
    assertThat(
            send(form("/v1/keys/verify", Map.of("key", "x")).header("X-Api-Key", caller)).status())
        .isEqualTo(415);
  }
}
