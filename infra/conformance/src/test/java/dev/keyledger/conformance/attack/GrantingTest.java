package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No member grants what they don't have, to others or to themselves. */
class GrantingTest extends Attack {
  private static final List<String> PRESETS =
      List.of("standard", "incard", "incrm", "octopus-cards");

  @TestFactory
  Stream<DynamicTest> roles() {
    return Stream.of(
        sentence(
            "Nobody grants a role above their own, by any path",
            () -> PRESETS.forEach(this::rolesAboveOnesOwn)),
        sentence(
            "An owner loosens no policy beyond the operator's ceiling",
            () -> PRESETS.forEach(this::policyBeyondTheCeiling)),
        sentence("Nobody does by a key what they may not do themselves", this::byAKey),
        sentence("Nobody acts as the operator without being one", this::operatorsActs));
  }

  private record Cast(String path, String owner, String ownersId, String admin, String adminsId) {}

  private Cast cast(String preset) {
    String org = someone("ranked");
    String owner = someone("olga");
    String admin = someone("adam");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + preset,
            owner + " is owner of " + org + " and signed in",
            admin + " is admin of " + org + " and signed in");
    return new Cast(
        "/v1/organizations/" + known.get(org + ".slug") + "/members",
        known.get(owner + ".token"),
        known.get(owner + ".member"),
        known.get(admin + ".token"),
        known.get(admin + ".member"));
  }

  private void rolesAboveOnesOwn(String preset) {
    Cast cast = cast(preset);
    String roleOfAdmin = cast.path() + "/" + cast.adminsId() + "/role";
    String roleOfOwner = cast.path() + "/" + cast.ownersId() + "/role";
    for (Request request :
        List.of(
            Request.post(cast.path(), Map.of("email", "new@people.test", "role", "owner")),
            Request.of("PUT", roleOfAdmin).json(Map.of("role", "owner")),
            Request.of("PUT", roleOfOwner).json(Map.of("role", "employee")),
            Request.of("DELETE", cast.path() + "/" + cast.ownersId()))) {
      refused(403, request.as(cast.admin()));
    }
    for (String role : List.of("OWNER", "Owner", "owner ", "operator", "root", "")) {
      Answered answer =
          ask(Request.of("PUT", roleOfAdmin).json(Map.of("role", role)).as(cast.admin()));
      assertThat(answer.status()).as(role + ": " + answer).isIn(403, 422);
    }
    Answered twice =
        ask(
            Request.of("PUT", roleOfAdmin)
                .with("Content-Type", "application/json")
                .body("{\"role\":\"employee\",\"role\":\"owner\"}".getBytes())
                .as(cast.admin()));
    assertThat(twice.status()).as(twice.toString()).isIn(400, 403, 422);
    String members = succeed(Request.get(cast.path()).as(cast.owner())).text();
    assertThat(members.split("\"role\":\"owner\"", -1)).hasSize(2);
  }

  private void policyBeyondTheCeiling(String preset) {
    Cast cast = cast(preset);
    String path = cast.path().replace("/members", "/policy");
    var policy = succeed(Request.get(path).as(cast.owner())).json().path("policy").toString();
    for (List<String> looser :
        List.of(
            List.of("\"maximum\":\\d+", "\"maximum\":1000"),
            List.of("\"second_step\":\"[a-z_]+\"", "\"second_step\":\"never\""),
            List.of("\"refresh_lifetime\":\"[A-Z0-9]+\"", "\"refresh_lifetime\":\"PT9000H\""),
            List.of("\"creators\":\"[a-z_]+\"", "\"creators\":\"any_member\""),
            List.of("\"employee\":\\[", "\"employee\":[\"members.manage\","))) {
      String changed = policy.replaceAll(looser.getFirst(), looser.getLast());
      if (changed.equals(policy)) {
        continue;
      }
      for (String body : List.of(changed, "{\"policy\":" + changed + "}")) {
        Answered answer =
            ask(
                Request.of("PUT", path)
                    .with("Content-Type", "application/json")
                    .body(body.getBytes())
                    .as(cast.owner()));
        assertThat(answer.isSuccess()).as(looser + ": " + answer).isFalse();
      }
    }
    assertThat(succeed(Request.get(path).as(cast.owner())).json().path("policy").toString())
        .isEqualTo(policy);
  }

  private void byAKey() {
    Map<String, String> known =
        given(
            "keyed is a live organisation on incrm",
            "adele is admin of keyed and signed in at InCRM",
            "tool is an unscoped InCRM key of adele");
    String path = "/v1/organizations/" + known.get("keyed.slug");
    String tool = known.get("tool.secret");
    for (Request request :
        List.of(
            Request.post(path + "/members", Map.of("email", "n@people.test", "role", "owner")),
            Request.of("PUT", path + "/members/" + known.get("adele.member") + "/role")
                .json(Map.of("role", "owner")),
            Request.post(path + "/enable-live"),
            Request.post(path + "/verify"),
            Request.post("/v1/me/totp"))) {
      Answered answer = ask(request.as(tool));
      assertThat(answer.status()).as(request.target() + ": " + answer).isIn(401, 403);
    }
  }

  private void operatorsActs() {
    Map<String, String> known =
        given("ordinary is an organisation on incard", "otto is owner of ordinary and signed in");
    String path = "/v1/organizations/" + known.get("ordinary.slug");
    for (Request request :
        List.of(
            Request.post(
                "/v1/organizations", Map.of("slug", "mine", "name", "mine", "preset", "incard")),
            Request.post(path + "/verify"),
            Request.post(path + "/enable-live"),
            Request.post(path + "/suspend"),
            Request.post(
                "/v1/platform/services",
                Map.of("name", "x", "permissions", List.of("keys.verify"))),
            Request.get("/v1/platform/halted-organizations"),
            Request.post("/v1/platform/rebuilds"),
            Request.post(
                "/internal/v1/demonstration/people",
                Map.of("email", "evil@people.test", "password", PASSWORD, "operator", true)))) {
      Answered answer = ask(request.as(known.get("otto.token")));
      assertThat(answer.status()).as(request.target() + ": " + answer).isIn(403, 404);
    }
  }
}
