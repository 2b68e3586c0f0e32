package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.token.TestTenant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Token revocation. */
class Rfc7009Test extends OauthTest {
  private Answer revoke(String authorization, String token, String... headers) {
    var request =
        form("/oauth2/revoke", Map.of("token", token)).header("Authorization", authorization);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void section_2_1_aClientEndsItsOwnAccessToken() {
    TestTenant.Key key = published(tenant().key("live"));
    String token = token(key).field("access_token");
    String other = token(key).field("access_token");
    Answer revoked = revoke(basic(key.id.value(), key.secret), token, "Prefer", "wait=10");
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(revoked.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(revoked.header("Preference-Applied")).isEqualTo("wait=10");
    assertThat(introspect(internal(), token).field("code")).isEqualTo("revoked");
    assertThat(revoke(basic(key.id.value(), key.secret), token).header("Keyledger-In-Force"))
        .isNull();
    assertThat(introspect(internal(), other).json().path("active").asBoolean()).isTrue();
  }

  @Test
  void section_2_1_andItsRefreshTokenWithItsWholeFamily() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key).field("refresh_token");
    String second = refresh(key, first).field("refresh_token");
    revoke(basic(key.id.value(), key.secret), second);
    assertThat(refresh(key, second).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_2_1_notSomebodyElses() {
    TestTenant tenant = tenant();
    TestTenant.Key mine = published(tenant.key("live"));
    TestTenant.Key theirs = published(tenant.key("live"));
    Answer grant = token(theirs);
    Answer answer = revoke(basic(mine.id.value(), mine.secret), grant.field("access_token"));
    assertThat(answer.field("error")).isEqualTo("unauthorized_client");
    assertThat(
            revoke(basic(mine.id.value(), mine.secret), grant.field("refresh_token"))
                .field("error"))
        .isEqualTo("unauthorized_client");
    assertThat(refresh(theirs, grant.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void section_2_2_whatIsUnknownIsAnsweredLikeSuccess() {
    TestTenant.Key key = published(tenant().key("live"));
    String basic = basic(key.id.value(), key.secret);
    assertThat(revoke(basic, "rubbish").status()).isEqualTo(200);
    assertThat(revoke(basic, "klrt_unknown").status()).isEqualTo(200);
  }

  @Test
  void section_2_2_1_keysAreNotRevokedHere() {
    TestTenant.Key key = published(tenant().key("live"));
    assertThat(revoke(basic(key.id.value(), key.secret), key.secret).field("error"))
        .isEqualTo("unsupported_token_type");
  }
}
