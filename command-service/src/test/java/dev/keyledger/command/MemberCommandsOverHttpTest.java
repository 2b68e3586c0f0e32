package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.id.MemberId;
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
  void whereInvitationsAreMailedNoTokenIsTold() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String body = "{\"email\":\"%s@example.com\",\"role\":\"employee\"}";
    String path = organization.path() + "/members";
    Answer told = one.post(owner, path, body.formatted("told"));
    tokenService.mails(true);
    Answer mailed;
    Answer again;
    try {
      mailed = one.post(owner, path, body.formatted("mailed"));
      again = one.post(owner, path + "/" + idOf(mailed) + "/invitation", "");
    } finally {
      tokenService.mails(false);
    }

    assertThat(told.body().has("invitation_token")).isTrue();
    assertThat(mailed.status()).isEqualTo(201);
    assertThat(mailed.body().has("invitation_token")).isFalse();
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body().has("invitation_token")).isFalse();
    assertThat(again.body().required("member").required("role").stringValue())
        .isEqualTo("employee");
  }

  @Test
  void anInvitationIsSentAgainByWhoMightMakeItUntilItIsAccepted() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String auditor = member(organization, "auditor");
    String path = organization.path() + "/members";
    String invited =
        idOf(one.post(owner, path, "{\"email\":\"i@example.com\",\"role\":\"owner\"}"));
    String again = path + "/" + invited + "/invitation";

    assertThat(one.post(auditor, again, "").code()).isEqualTo("forbidden");
    Answer sent = two.post(owner, again, "");
    assertThat(sent.status()).isEqualTo(200);
    assertThat(sent.body().required("invitation_token").stringValue()).isNotEmpty();
    tokenService.accept(new MemberId(invited));
    assertThat(one.post(owner, again, "").code()).isEqualTo("invitation_accepted");
    assertThat(one.send("DELETE", owner, path + "/" + invited, "").status()).isEqualTo(204);
    assertThat(one.post(owner, again, "").code()).isEqualTo("member_not_found");
  }

  private static String idOf(Answer invited) {
    return invited.body().required("member").required("id").stringValue();
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
