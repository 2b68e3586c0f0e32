package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.PersonId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsOverHttpTest extends CommandServiceTest {

  @Test
  void anAnswerGoesOutInOnePieceThatSaysItsLength() {
    Organization organization = organization("standard");
    Answer created =
        one.post(member(organization, "admin"), organization.keys(), newKey("k", "test"));

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.header("Transfer-Encoding")).isEmpty();
    assertThat(created.header("Content-Length"))
        .isEqualTo(String.valueOf(created.text().getBytes(StandardCharsets.UTF_8).length));
  }

  @Test
  void anAdminsDayWithAKey() {
    Organization organization = organization("standard");
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

    Answer narrowed =
        two.send("PATCH", admin, path, "{\"name\":\"renamed\",\"scopes\":[\"clients.read\"]}");
    assertThat(narrowed.body().required("key").required("name").stringValue()).isEqualTo("renamed");
    Answer widened = one.send("PATCH", admin, path, "{\"scopes\":[]}");
    assertThat(widened.status()).isEqualTo(412);
    assertThat(widened.code()).isEqualTo("scope_widening");

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
    Organization organization = organization("standard");
    Answer answer = one.post(OPERATOR, organization.keys(), body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo(field);
  }

  @Test
  void aWrongEndIsNamedByTheFieldThatWasSent() {
    Organization endless = organization("incard");
    String body = "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":1}";
    Answer answer = one.post(OPERATOR, endless.keys(), body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("expires_in_days");
  }

  @Test
  void aWrongPermissionOfAPlatformServiceIsNamedByTheFieldThatWasSent() {
    Answer answer =
        one.post(OPERATOR, "/v1/platform/services", "{\"name\":\"x\",\"permissions\":[\"nope\"]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("permissions");
  }

  @Test
  void theOperatorMakesAKeyForTheMemberThatItNames() {
    Organization organization = organization("incard");
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
  void anotherOrganizationIsForbiddenWhetherOrNotItExists() {
    Organization mine = organization("standard");
    Organization theirs = organization("standard");
    String owner = member(mine, "owner");
    for (String path :
        List.of(
            theirs.keys(),
            "/v1/organizations/nobody/keys",
            "/v1/organizations/" + theirs.id() + "/keys")) {
      Answer answer = one.post(owner, path, newKey("k", "live"));
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("forbidden");
    }
    assertThat(one.post(OPERATOR, "/v1/organizations/nobody/keys", newKey("k", "live")).code())
        .isEqualTo("organization_not_found");
    Answer unknown =
        one.post(OPERATOR, "/v1/organizations/org_01890000-0000-7000-8000-000000000001/verify", "");
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  void anotherOrganizationsKeyIsNotFoundInOnesOwn() {
    Organization mine = organization("standard");
    Organization theirs = organization("standard");
    String foreign =
        one.post(member(theirs, "owner"), theirs.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    Answer answer = one.post(OPERATOR, mine.keys() + "/" + foreign + "/revoke", "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("key_not_found");
    assertThat(one.post(OPERATOR, mine.keys() + "/nonsense/revoke", "").code())
        .isEqualTo("key_not_found");
  }

  @Test
  void aSlugIsGivenOnceWhicheverReplicaIsAsked() {
    Organization organization = organization("standard");
    Answer again =
        two.post(
            OPERATOR,
            "/v1/organizations",
            "{\"slug\":\"%s\",\"name\":\"x\",\"preset\":\"standard\"}"
                .formatted(organization.slug()));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("slug_taken");
  }

  @Test
  void anOrganizationsWayToLiveAndBack() {
    Organization organization = organization("octopus-cards");
    assertThat(one.post(OPERATOR, organization.keys(), newKey("k", "production")).code())
        .isEqualTo("organization_not_live");
    assertThat(one.post(OPERATOR, organization.path() + "/enable-live", "").code())
        .isEqualTo("organization_not_verified");
    assertThat(
            one.post(OPERATOR, organization.path() + "/verify", "")
                .body()
                .required("status")
                .stringValue())
        .isEqualTo("verified");
    assertThat(
            two.post(OPERATOR, organization.path() + "/enable-live", "")
                .body()
                .required("status")
                .stringValue())
        .isEqualTo("live");
    assertThat(one.post(OPERATOR, organization.keys(), newKey("k", "production")).status())
        .isEqualTo(201);
    Answer suspended =
        one.post(OPERATOR, organization.path() + "/suspend", "{\"reason\":\"unpaid\"}");
    assertThat(suspended.body().required("suspended").booleanValue()).isTrue();
    assertThat(two.post(OPERATOR, organization.keys(), newKey("k", "sandbox")).code())
        .isEqualTo("organization_suspended");
    assertThat(two.post(OPERATOR, organization.path() + "/reinstate", "").status()).isEqualTo(200);
  }

  @Test
  void anOwnerTightensThePolicyAndLimitsAddresses() {
    Organization organization = organization("standard");
    String owner = member(organization, "owner");
    Answer allowlist =
        one.send(
            "PUT",
            owner,
            organization.path() + "/ip-allowlist",
            "{\"cidrs\":[\"192.0.2.7/24\",\"2001:DB8::1\"]}");
    assertThat(allowlist.text()).contains("192.0.2.0/24", "2001:db8::1/128");
    String policy =
        EventCodec.mapper()
            .writeValueAsString(
                new dev.keyledger.command.policy.Presets().find("standard").orElseThrow());
    Answer tighter =
        one.send(
            "PUT",
            owner,
            organization.path() + "/policy",
            policy.replace("\"maximum\":100", "\"maximum\":10"));
    assertThat(tighter.status()).as(tighter.text()).isEqualTo(200);
    assertThat(tighter.text()).contains("\"maximum\":10", "\"ceiling\":");
    Answer looser =
        one.send(
            "PUT",
            owner,
            organization.path() + "/policy",
            policy.replace("\"maximum\":100", "\"maximum\":101"));
    assertThat(looser.status()).isEqualTo(403);
    assertThat(looser.body().required("field").stringValue()).isEqualTo("keys.limit");
    Answer incomplete = one.send("PUT", owner, organization.path() + "/policy", "{}");
    assertThat(incomplete.status()).isEqualTo(422);
  }

  @Test
  void membersComeChangeAndGoWithTheirKeys() {
    Organization organization = organization("standard");
    String owner = member(organization, "owner");
    String developer = member(organization, "developer");
    String key =
        one.post(developer, organization.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    String path = organization.path() + "/members/" + memberIdOf(developer);
    assertThat(one.send("PUT", owner, path + "/role", "{\"role\":\"admin\"}").status())
        .isEqualTo(200);
    assertThat(one.send("PUT", developer, path + "/role", "{\"role\":\"owner\"}").code())
        .isEqualTo("forbidden");
    assertThat(two.send("DELETE", owner, path, "").status()).isEqualTo(204);
    assertThat(one.post(developer, organization.keys(), newKey("k", "live")).status())
        .isEqualTo(403);
    assertThat(
            one.post(owner, organization.keys() + "/" + key + "/revoke", "")
                .body()
                .required("key")
                .required("status")
                .stringValue())
        .isEqualTo("revoked");
    assertThat(
            one.send("DELETE", owner, organization.path() + "/members/" + memberIdOf(owner), "")
                .code())
        .isEqualTo("last_owner");
  }

  @Test
  void whoeverMayNotInviteInvitesNobody() {
    Organization organization = organization("standard");
    String auditor = member(organization, "auditor");
    int before = tokenService.invitations.get();
    Answer answer =
        one.post(
            auditor,
            organization.path() + "/members",
            "{\"email\":\"x@example.com\",\"role\":\"employee\"}");
    assertThat(answer.code()).isEqualTo("forbidden");
    assertThat(tokenService.invitations.get()).isEqualTo(before);
    assertThat(
            one.post(
                    OPERATOR,
                    organization.path() + "/members",
                    "{\"email\":\"nonsense\",\"role\":\"employee\"}")
                .body()
                .required("field")
                .stringValue())
        .isEqualTo("email");
  }

  @Test
  void aPlatformServiceHasAKeyOfThePlatforms() {
    Answer created =
        one.post(
            OPERATOR,
            "/v1/platform/services",
            "{\"name\":\"gateway\",\"permissions\":[\"keys.verify\"]}");
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.body().required("secret").stringValue()).startsWith("kl_platform_");
    String id = created.body().required("key").required("id").stringValue();
    assertThat(two.post(OPERATOR, "/v1/organizations/platform/keys/" + id + "/rotate", "").status())
        .isEqualTo(200);
    String owner = member(organization("standard"), "owner");
    assertThat(
            one.post(
                    owner,
                    "/v1/platform/services",
                    "{\"name\":\"x\",\"permissions\":[\"keys.verify\"]}")
                .status())
        .isEqualTo(403);
    assertThat(one.post(OPERATOR, "/v1/organizations/platform/suspend", "").status())
        .isEqualTo(403);
  }

  @Test
  void anEventSaysWhoAskedAndFromWhereUnderTheirOwnKey() {
    Organization organization = organization("standard");
    String owner = member(organization, "owner");
    one.post(
        owner,
        organization.keys(),
        newKey("k", "live"),
        "X-Request-Id",
        "req-4711",
        "X-Forwarded-For",
        "203.0.113.9");
    List<byte[]> metadata = rows(organization, "metadata");
    var json = EventCodec.mapper().readTree(metadata.getLast());
    Actor actor = EventCodec.mapper().treeToValue(json.required("actor"), Actor.class);
    Origin origin = EventCodec.mapper().treeToValue(json.required("origin"), Origin.class);
    assertThat(actor.kind()).isEqualTo(Actor.Kind.MEMBER);
    assertThat(actor.member().value()).isEqualTo(memberIdOf(owner));
    assertThat(origin.requestId()).isEqualTo("req-4711");
    PersonId person = actor.person();
    assertThat(tokenService.keyOf(person).unseal(origin.address())).contains("203.0.113.9");
  }

  @Test
  void endsThatCameAreRecordedByThemselvesAndOnce() {
    Organization organization = organization("standard");
    String owner = member(organization, "owner");
    String expiring =
        one.post(
                owner,
                organization.keys(),
                "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":1}")
            .body()
            .required("key")
            .required("id")
            .stringValue();
    String rotating =
        one.post(owner, organization.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    one.post(
        owner, organization.keys() + "/" + rotating + "/rotate", "{\"grace_period\":\"PT1H\"}");
    clock.advance(Duration.ofDays(2));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(types(organization)).contains("key.expired", "key.rotation_completed"));
    assertThat(types(organization)).filteredOn("key.expired"::equals).hasSize(1);
    assertThat(one.post(owner, organization.keys() + "/" + expiring + "/rotate", "").code())
        .isEqualTo("key_not_active");
  }

  private static List<String> types(Organization organization) {
    return rows(organization, "convert_to(type, 'UTF8')").stream()
        .map(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  private static List<byte[]> rows(Organization organization, String column) {
    List<byte[]> found = new ArrayList<>();
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                "SELECT "
                    + column
                    + " FROM command.event WHERE organization = ? ORDER BY position")) {
      statement.setString(1, organization.id());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getBytes(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }
}
