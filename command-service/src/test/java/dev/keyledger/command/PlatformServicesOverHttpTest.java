package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import org.junit.jupiter.api.Test;

class PlatformServicesOverHttpTest extends CommandServiceTest {
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
  void aPermissionThatNobodyKnowsIsNoPermission() {
    Answer answer =
        one.post(
            OPERATOR,
            "/v1/platform/services",
            "{\"name\":\"x\",\"permissions\":[\"keys.verfiy\"]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("permissions");
  }

  @Test
  void aMemberIsToldWhichPermissionIsMissing() {
    RegisteredOrganization organization = organization("standard");
    String employee = member(organization, "employee");
    Answer own = one.post(employee, organization.keys(), newKey("k", "live"));
    assertThat(own.body().path("permission").asString()).isEqualTo("api_keys.create");
    Answer existing = one.post(employee, organization("standard").keys(), newKey("k", "live"));
    Answer none = one.post(employee, "/v1/organizations/nobodys/keys", newKey("k", "live"));
    assertThat(existing.status()).isEqualTo(403);
    assertThat(existing.text()).isEqualTo(none.text()).doesNotContain("permission");
  }

  @Test
  void aWrongPermissionOfAPlatformServiceIsNamedByTheFieldThatWasSent() {
    Answer answer =
        one.post(OPERATOR, "/v1/platform/services", "{\"name\":\"x\",\"permissions\":[\"nope\"]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("permissions");
  }
}
