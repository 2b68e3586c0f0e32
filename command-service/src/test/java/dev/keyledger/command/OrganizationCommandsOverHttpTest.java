package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.EventCodec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrganizationCommandsOverHttpTest extends CommandServiceTest {
  @Test
  void aSlugIsGivenOnceWhicheverReplicaIsAsked() {
    RegisteredOrganization organization = organization("standard");
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
    RegisteredOrganization organization = organization("octopus-cards");
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
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String list = "{\"cidrs\":[\"192.0.2.7/24\",\"2001:DB8::1\"]}";
    Answer unawares = one.send("PUT", owner, organization.path() + "/ip-allowlist", list);
    assertThat(unawares.status()).as(unawares.text()).isEqualTo(409);
    assertThat(unawares.code()).isEqualTo("would_shut_out_caller");
    assertThat(
            one.send("PUT", owner, organization.path() + "/ip-allowlist?confirm=yes", list)
                .status())
        .isEqualTo(422);
    Answer allowlist =
        one.send("PUT", owner, organization.path() + "/ip-allowlist?confirm=shut_out", list);
    assertThat(allowlist.text()).contains("192.0.2.0/24", "2001:db8::1/128");
    String policy =
        EventCodec.mapper()
            .writeValueAsString(
                new dev.keyledger.command.policy.Presets().find("standard").orElseThrow());
    Answer elsewhere = one.send("PUT", owner, organization.path() + "/policy", policy);
    assertThat(elsewhere.status()).isEqualTo(403);
    assertThat(elsewhere.code()).isEqualTo("ip_not_allowed");
    Answer tighter =
        one.send(
            "PUT",
            owner,
            organization.path() + "/policy",
            policy.replace("\"maximum\":100", "\"maximum\":10"),
            "X-Forwarded-For",
            "192.0.2.9");
    assertThat(tighter.status()).as(tighter.text()).isEqualTo(200);
    assertThat(tighter.text()).contains("\"maximum\":10", "\"ceiling\":");
    Answer looser =
        one.send(
            "PUT",
            owner,
            organization.path() + "/policy",
            policy.replace("\"maximum\":100", "\"maximum\":101"),
            "X-Forwarded-For",
            "192.0.2.9");
    assertThat(looser.status()).isEqualTo(403);
    assertThat(looser.body().required("field").stringValue()).isEqualTo("keys.limit");
    Answer incomplete = one.send("PUT", owner, organization.path() + "/policy", "{}");
    assertThat(incomplete.status()).isEqualTo(422);
  }

  @Test
  void aPolicyIsPutBackAsItIsAnsweredAndChangedByItsFieldsAlone() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String path = organization.path() + "/policy";
    Answer patched = one.send("PATCH", owner, path, "{\"keys\":{\"limit\":{\"maximum\":7}}}");
    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    assertThat(patched.body().at("/policy/keys/limit/maximum").intValue()).isEqualTo(7);
    assertThat(patched.body().at("/policy/roles")).isEqualTo(patched.body().at("/ceiling/roles"));

    Answer back = one.send("PUT", owner, path, patched.body().required("policy").toString());
    assertThat(back.status()).as(back.text()).isEqualTo(200);
    assertThat(back.body().required("policy")).isEqualTo(patched.body().required("policy"));
    assertThat(back.body().required("position")).isEqualTo(patched.body().required("position"));

    Answer looser = one.send("PATCH", owner, path, "{\"keys\":{\"limit\":{\"maximum\":101}}}");
    assertThat(looser.status()).isEqualTo(403);
    assertThat(looser.body().required("field").stringValue()).isEqualTo("keys.limit");
    Answer unawares = one.send("PATCH", owner, path, "{\"roles\":{\"owner\":[]}}");
    assertThat(unawares.code()).isEqualTo("would_shut_out_caller");
    for (Map.Entry<String, String> wrong :
        Map.of(
                "{\"keys\":{\"limt\":null}}", "keys.limt",
                "{\"keys\":{\"limit\":{\"maximum\":null}}}", "keys.limit.maximum",
                "{\"keys\":{\"limit\":{\"maximum\":0}}}", "keys.limit.maximum",
                "{\"sessions\":{\"access_lifetime\":900}}", "sessions.access_lifetime",
                "{\"sessions\":{\"access_lifetime\":\"P1Y\"}}", "sessions.access_lifetime")
            .entrySet()) {
      Answer refused = one.send("PATCH", owner, path, wrong.getKey());
      assertThat(refused.status()).as(refused.text()).isEqualTo(422);
      assertThat(refused.body().required("field").stringValue()).isEqualTo(wrong.getValue());
    }
    String developer = member(organization, "developer");
    assertThat(one.send("PATCH", developer, path, "{\"kyes\":{}}").code()).isEqualTo("forbidden");
    Answer partial = one.send("PUT", owner, path, "{\"dialect\":\"canonical\"}");
    assertThat(partial.status()).isEqualTo(422);
    assertThat(partial.body().required("field").stringValue()).isEqualTo("environments");
    Answer registered =
        one.post(
            OPERATOR,
            "/v1/organizations",
            "{\"slug\":\"half-a-policy\",\"name\":\"Half\",\"policy\":{\"dialect\":\"canonical\"}}");
    assertThat(registered.body().required("field").stringValue()).isEqualTo("policy.environments");
  }

  @Test
  void anotherOrganizationIsForbiddenWhetherOrNotItExists() {
    RegisteredOrganization mine = organization("standard");
    RegisteredOrganization theirs = organization("standard");
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
}
