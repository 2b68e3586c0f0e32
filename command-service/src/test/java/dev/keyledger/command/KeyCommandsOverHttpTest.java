package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyCommandsOverHttpTest extends CommandServiceTest {
  @Test
  void anAnswerGoesOutInOnePieceThatSaysItsLength() {
    RegisteredOrganization organization = organization("standard");
    Answer created =
        one.post(member(organization, "admin"), organization.keys(), newKey("k", "test"));

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.header("Transfer-Encoding")).isEmpty();
    assertThat(created.header("Content-Length"))
        .isEqualTo(String.valueOf(created.text().getBytes(StandardCharsets.UTF_8).length));
  }

  @Test
  void anAdminsDayWithAKey() {
    RegisteredOrganization organization = organization("standard");
    String admin = member(organization, "admin");
    Answer created =
        one.post(
            admin,
            organization.keys(),
            """
            {"name":"deploy","environment":"live","scopes":["clients.read","clients.write"],"expires_in_days":30}
            """);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.header("Keyledger-Position")).isEqualTo("2");
    assertThat(created.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(created.header("Cache-Control")).isEqualTo("no-store");
    var key = created.body().required("key");
    assertThat(key.propertyNames())
        .containsExactly(
            "id",
            "name",
            "prefix",
            "environment",
            "scopes",
            "status",
            "created_by",
            "created_at",
            "expires_at",
            "last_used_at",
            "secrets");
    assertThat(created.body().required("secret").stringValue())
        .startsWith(key.required("prefix").stringValue());
    assertThat(key.required("created_at").stringValue())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    String path = organization.keys() + "/" + key.required("id").stringValue();

    // Made through one replica, it can at once be changed through the other.
    Answer rotated = two.post(admin, path + "/rotate", "{\"grace_period\":\"PT1H\"}");
    assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
    assertThat(rotated.body().required("key").required("status").stringValue())
        .isEqualTo("rotating");
    assertThat(rotated.body().required("key").required("secrets").size()).isEqualTo(2);
    assertThat(rotated.body().required("previous_valid_until").isString()).isTrue();
    assertThat(one.post(admin, path + "/rotate", "").code()).isEqualTo("rotation_in_progress");
    Answer completed = one.post(admin, path + "/rotation/complete", "");
    assertThat(completed.body().required("key").required("status").stringValue())
        .isEqualTo("active");
    assertThat(two.post(admin, path + "/rotation/complete", "").code()).isEqualTo("not_rotating");

    String prefix = completed.body().at("/key/prefix").stringValue();
    Answer anew = two.post(admin, path + "/rotate", "{\"grace_period\":\"PT1H\"}");
    assertThat(anew.body().at("/key/prefix").stringValue()).isNotEqualTo(prefix);
    Answer rolledBack = one.post(admin, path + "/rotation/roll-back", "");
    assertThat(rolledBack.status()).as(rolledBack.text()).isEqualTo(200);
    assertThat(rolledBack.body().at("/key/prefix").stringValue()).isEqualTo(prefix);
    assertThat(rolledBack.body().at("/key/status").stringValue()).isEqualTo("active");
    assertThat(rolledBack.body().at("/key/secrets").size()).isEqualTo(1);
    assertThat(rolledBack.body().at("/key/secrets/0/valid_until").isNull()).isTrue();
    assertThat(rolledBack.body().at("/receipt/in_force").booleanValue()).isTrue();
    assertThat(rolledBack.body().at("/receipt/position").longValue())
        .isEqualTo(Long.parseLong(rolledBack.header("Keyledger-Position")));
    assertThat(rolledBack.body().at("/receipt/proof").stringValue())
        .contains("/log/proof?position=" + rolledBack.header("Keyledger-Position"));
    assertThat(two.post(admin, path + "/rotation/roll-back", "").code()).isEqualTo("not_rotating");

    Answer narrowed =
        two.send("PATCH", admin, path, "{\"name\":\"renamed\",\"scopes\":[\"clients.read\"]}");
    assertThat(narrowed.body().required("key").required("name").stringValue()).isEqualTo("renamed");
    Answer widened = one.send("PATCH", admin, path, "{\"scopes\":[]}");
    assertThat(widened.status()).isEqualTo(412);
    assertThat(widened.code()).isEqualTo("scope_widening");

    Answer suspended = one.post(admin, path + "/suspend", "{\"reason\":\"who uses it?\"}");
    assertThat(suspended.body().required("key").required("status").stringValue())
        .isEqualTo("suspended");
    assertThat(suspended.body().required("key").has("suspended_until")).isFalse();
    assertThat(suspended.body().required("receipt").required("in_force").booleanValue()).isTrue();
    assertThat(one.post(admin, path + "/suspend", "{}").code()).isEqualTo("invalid_field");
    Answer resumed = two.post(admin, path + "/resume", "");
    assertThat(resumed.body().required("key").required("status").stringValue()).isEqualTo("active");
    assertThat(one.post(admin, path + "/resume", "").status()).isEqualTo(200);

    Answer revoked =
        one.post(admin, path + "/revoke", "{\"reason\":\"leaked\"}", "Prefer", "wait=2");
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(revoked.header("Preference-Applied")).isEqualTo("wait=2");
    assertThat(revoked.body().required("receipt").required("in_force").booleanValue()).isTrue();
    assertThat(revoked.body().required("receipt").required("position").longValue())
        .isEqualTo(Long.parseLong(revoked.header("Keyledger-Position")));
    Answer again = two.post(admin, path + "/revoke", "");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body().required("key").required("status").stringValue()).isEqualTo("revoked");
    var newest = again.body().required("key").required("secrets").required(0);
    assertThat(newest.required("valid_until").stringValue())
        .isEqualTo(clock.instant().toString().replaceFirst("(:\\d\\d)Z", "$1.000Z"));
    assertThat(two.post(admin, path + "/rotate", "").code()).isEqualTo("key_not_active");
    assertThat(two.post(admin, path + "/suspend", "{\"reason\":\"r\"}").code())
        .isEqualTo("key_not_active");
    assertThat(two.post(admin, path + "/resume", "").code()).isEqualTo("key_not_active");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"environment\":\"live\"} | name",
        "{\"name\":\"\",\"environment\":\"live\"} | name",
        "{\"name\":\"k\"} | environment",
        "{\"name\":\"k\",\"environment\":\"moon\"} | environment",
        "{\"name\":\"k\",\"environment\":\"live\",\"scopes\":[\"nope\"]} | scopes",
        "{\"name\":\"k\",\"environment\":\"live\",\"scopes\":[null]} | scopes",
        "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":0} | expires_in_days",
        "{\"name\":\"k\",\"environment\":\"live\",\"expires_at\":\"2001-01-01T00:00:00Z\"} | expires_at",
        "{\"name\":\"k\",\"environment\":\"live\",\"expires_at\":\"2101-01-01T00:00:00Z\",\"expires_in_days\":1} | expires_at",
        "{\"name\":\"k\",\"environment\":\"live\"} | member",
        "{\"name\":\"k\",\"environment\":\"live\",\"member\":\"x\"} | member",
        "{\"name\":\"k\",\"environment\":\"live\",\"colour\":\"red\"} | colour",
      })
  void aBodyThatIsWrongIsNamedByItsField(String body, String field) {
    RegisteredOrganization organization = organization("standard");
    Answer answer = one.post(OPERATOR, organization.keys(), body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo(field);
  }

  @Test
  void aWrongEndIsNamedByTheFieldThatWasSent() {
    RegisteredOrganization endless = organization("incard");
    String body = "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":1}";
    Answer answer = one.post(OPERATOR, endless.keys(), body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("expires_in_days");
  }

  @Test
  void theOperatorMakesAKeyForTheMemberThatItNames() {
    RegisteredOrganization organization = organization("incard");
    String employee = member(organization, "employee");
    String body =
        "{\"name\":\"k\",\"environment\":\"live\",\"member\":\"%s\"}"
            .formatted(memberIdOf(employee));
    Answer created = one.post(OPERATOR, organization.keys(), body);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.body().required("key").required("created_by").stringValue())
        .isEqualTo(memberIdOf(employee));
    assertThat(one.post(employee, organization.keys(), body).body().required("field").stringValue())
        .isEqualTo("member");
  }

  @Test
  void anotherOrganizationsKeyIsNotFoundInOnesOwn() {
    RegisteredOrganization mine = organization("standard");
    RegisteredOrganization theirs = organization("standard");
    String foreign =
        one.post(member(theirs, "owner"), theirs.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    Answer answer = one.post(OPERATOR, mine.keys() + "/" + foreign + "/revoke", "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("key_not_found");
    for (String nonsense : List.of("nonsense", "key_abc123")) {
      assertThat(one.post(OPERATOR, mine.keys() + "/" + nonsense + "/revoke", "").code())
          .isEqualTo("key_not_found");
      assertThat(one.post(OPERATOR, mine.keys() + "/" + nonsense + "/rotate", "").code())
          .isEqualTo("key_not_found");
    }
  }
}
