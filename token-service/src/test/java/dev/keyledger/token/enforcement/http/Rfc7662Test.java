package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.token.TestTenant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Token introspection. */
class Rfc7662Test extends OauthTest {
  @Test
  void section_2_2_anActiveTokenIsDescribed() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live", "clients.read"));
    Answer answer = introspect(internal(), token(key).field("access_token"));
    assertThat(answer.json().path("active").asBoolean()).isTrue();
    assertThat(answer.field("kind")).isEqualTo("api_key");
    assertThat(answer.field("sub")).isEqualTo(key.id.value());
    assertThat(answer.field("client_id")).isEqualTo(key.id.value());
    assertThat(answer.field("key_id")).isEqualTo(key.id.value());
    assertThat(answer.field("org")).isEqualTo(tenant.id.value());
    assertThat(answer.field("slug")).isEqualTo(tenant.slug);
    assertThat(answer.field("mem")).isEqualTo(tenant.owner.value());
    assertThat(answer.field("env")).isEqualTo("live");
    assertThat(answer.field("scope")).isEqualTo("clients.read");
    assertThat(answer.json().path("ipb").asBoolean(true)).isFalse();
    assertThat(answer.json().path("pos").asLong()).isEqualTo(tenant.position());
    assertThat(answer.json().path("exp").asLong() - answer.json().path("iat").asLong())
        .isEqualTo(900);
  }

  @Test
  void section_2_2_aBadOrAnotherTenantsTokenIsInactiveAndNothingElse() {
    TestTenant.Key mine = published(tenant().key("live"));
    TestTenant.Key theirs = published(tenant().key("live"));
    String token = token(theirs).field("access_token");
    String basic = basic(mine.id.value(), mine.secret);
    for (String text : List.of("rubbish", token, token + "x", theirs.secret, "a.b.c")) {
      assertThat(introspect(basic, text).text()).isEqualTo("{\"active\":false}");
    }
    assertThat(introspect(basic, token(mine).field("access_token")).text())
        .startsWith("{\"active\":true");
  }

  @Test
  void section_2_1_theCallerAuthenticates() {
    Answer answer = send(form("/oauth2/introspect", Map.of("token", "x")));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.field("error")).isEqualTo("invalid_client");
  }

  @Test
  void rawKeysAreIntrospectedTooAndTheReasonIsForOurOwnServices() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    assertThat(introspect(internal(), key.secret).field("kind")).isEqualTo("api_key");
    publish(key.revoked());
    assertThat(introspect(internal(), key.secret).text())
        .isEqualTo("{\"active\":false,\"code\":\"revoked\"}");
    TestTenant platform = tenant();
    publish(platform.ofKind(OrganizationKind.PLATFORM));
    TestTenant.Key serviceKey = published(platform.key("live", "clients.read"));
    Answer service = introspect(internal(), serviceKey.secret);
    assertThat(service.field("kind")).isEqualTo("service");
    assertThat(service.json().has("org")).isFalse();
    assertThat(introspect("Bearer " + serviceKey.secret, key.secret).text())
        .isEqualTo("{\"active\":false,\"code\":\"revoked\"}");
  }

  @Test
  void anAllowlistNeedsTheClientsAddress() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    String token = token(key).field("access_token");
    publish(tenant.allowing("198.51.100.0/24"));
    assertThat(introspect(internal(), token).field("code")).isEqualTo("ip_not_allowed");
    assertThat(introspect(internal(), token, "client_ip", "203.0.113.1").field("code"))
        .isEqualTo("ip_not_allowed");
    Answer from = introspect(internal(), token, "client_ip", "198.51.100.1");
    assertThat(from.json().path("active").asBoolean()).isTrue();
    assertThat(from.json().path("ipb").asBoolean()).isTrue();
  }

  @Test
  void whatIsNoAddressIsAnInvalidRequest() {
    TestTenant.Key key = published(tenant().key("live"));
    for (String text : List.of("unknown", "010.1.2.3", "10.1", "198.51.100.1:80", "fe80::1%2")) {
      Answer answer = introspect(internal(), key.secret, "client_ip", text);
      assertThat(answer.status()).as(text).isEqualTo(400);
      assertThat(answer.field("error")).isEqualTo("invalid_request");
    }
    assertThat(introspect(internal(), key.secret, "client_ip", "").status()).isEqualTo(200);
  }
}
