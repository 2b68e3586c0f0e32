package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import org.junit.jupiter.api.Test;

class MemberCommandsOverHttpTest extends CommandServiceTest {
  @Test
  void membersComeChangeAndGoWithTheirKeys() {
    RegisteredOrganization organization = organization("standard");
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
    RegisteredOrganization organization = organization("standard");
    String auditor = member(organization, "auditor");
    long before = tokenService.invitations();
    Answer answer =
        one.post(
            auditor,
            organization.path() + "/members",
            "{\"email\":\"x@example.com\",\"role\":\"employee\"}");
    assertThat(answer.code()).isEqualTo("forbidden");
    assertThat(tokenService.invitations()).isEqualTo(before);
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
}
