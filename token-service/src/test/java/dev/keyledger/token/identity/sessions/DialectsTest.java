package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One person, several published systems: what belongs to one is unknown in the others. */
class DialectsTest extends PeopleHttpTest {
  private final String email = someEmail();
  private final Map<String, String> credentials = Map.of("email", email, "password", PASSWORD);

  @Test
  void ofSeveralOrganisationsOfADialectTheOneUsedLastIsChosen() {
    Org first = new Org("incrm", SecondStep.NEVER);
    Org second = new Org("incrm", SecondStep.NEVER);
    Org canonical = org();
    first.member(email);
    second.member(email);
    canonical.member(email);
    for (Org used : new Org[] {first, second, first}) {
      clock.advance(Duration.ofSeconds(1));
      signedInTo(used);
      clock.advance(Duration.ofSeconds(1));
      signedInTo(canonical);

      isOf(in("incrm").field("access_token"), used);
    }
  }

  @Test
  void whoBelongsToTwoSystemsIsServedByEachPolicy() {
    person(email, TOTP_SECRET, false);
    Org incrm = new Org("incrm", SecondStep.NEVER);
    Org syncgram = new Org("syncgram-pay", SecondStep.ALWAYS);
    syncgram.memberWithSecondStep(email);
    incrm.memberWithSecondStep(email);

    Api.Answer withPassword = in("incrm");
    assertThat(withPassword.status()).isEqualTo(201);
    isOf(withPassword.field("access_token"), incrm);

    Map<String, String> step =
        Map.of("challenge", in("syncgram-pay").field("challenge"), "code", code());
    assertThat(verify(step.get("challenge"), step.get("code")).code())
        .isEqualTo("401 invalid_challenge");
    Api.Answer withCode = api.inDialect("syncgram-pay").post("/v1/sessions/verify", step);
    assertThat(withCode.status()).isEqualTo(201);
    isOf(withCode.field("access_token"), syncgram);
  }

  @Test
  void aSessionOfOneIsUnknownInTheOthers() {
    new Org("incrm", SecondStep.NEVER).member(email);
    String token = in("incrm").field("access_token");

    for (String other : new String[] {"syncgram-pay", "incard", "octopus-cards"}) {
      assertThat(api.inDialect(other).get("/v1/sessions", token).status()).isEqualTo(401);
      assertThat(api.inDialect(other).delete("/v1/sessions/current", token).status())
          .isEqualTo(401);
    }
    assertThat(api.get("/v1/sessions", token).status()).isEqualTo(200);
    assertThat(api.inDialect("incrm").delete("/v1/sessions/current", token).status())
        .isEqualTo(204);
  }

  @Test
  void thatADialectOffersNoOrganisationIsToldTheGatewayAlone() {
    new Org("incard", SecondStep.NEVER).member(email);

    Api.Answer right = in("incrm");
    assertThat(right.code()).isEqualTo("401 invalid_credentials");
    assertThat(right.header("Keyledger-Reason")).isEqualTo("no_organization");

    Api.Answer wrong =
        api.inDialect("incrm")
            .post("/v1/sessions", Map.of("email", email, "password", "not " + PASSWORD));
    assertThat(wrong.header("Keyledger-Reason")).isEqualTo("invalid_credentials");
    assertThat(wrong.json()).isEqualTo(right.json());
  }

  @Test
  void whoSwitchesOnThePlatformsOwnPathsHasLeftTheDialect() {
    new Org("incrm", SecondStep.NEVER).member(email);
    Org other = new Org("incard", SecondStep.WHEN_ENROLLED);
    other.member(email);
    Api.Answer before = in("incrm");

    Api.Answer after = switchTo(other, before);

    isOf(after.field("access_token"), other);
    assertThat(api.inDialect("incrm").get("/v1/sessions", after.field("access_token")).status())
        .isEqualTo(401);
    assertThat(refreshed("incrm", after).code()).isEqualTo("401 invalid_refresh_token");
    assertThat(refreshed("incard", after).code()).isEqualTo("401 invalid_refresh_token");
    Api.Answer last = refresh(after.field("refresh_token"));
    assertThat(last.status()).isEqualTo(200);
    assertThat(refreshed("incrm", before).code()).isEqualTo("401 refresh_token_reused");
    assertThat(refresh(last.field("refresh_token")).status()).isEqualTo(401);
  }

  @Test
  void aSessionWhoseOrganisationCameToSpeakAnotherDialectRestsUntilItComesBack() {
    Org org = new Org("incrm", SecondStep.NEVER);
    org.member(email);
    Api.Answer session = in("incrm");

    org.comeToSpeak("incard");
    assertThat(refreshed("incrm", session).code()).isEqualTo("401 invalid_refresh_token");
    org.comeToSpeak("incrm");
    assertThat(refreshed("incrm", session).status()).isEqualTo(200);
  }

  @Test
  void whoeverHasNoSecondStepWhereOneIsDueGetsNoSessionInADialect() {
    new Org("syncgram-pay", SecondStep.ALWAYS).member(email);

    Api.Answer refused = in("syncgram-pay");
    assertThat(refused.code()).isEqualTo("403 second_step_not_set_up");
    assertThat(refused.text()).doesNotContain("token");
    assertThat(signIn(email).field("second_step_enrolment")).isEqualTo("required");
  }

  @Test
  void aSessionThatSkippedItsPersonsSecondStepTouchesNothingOfTheirsElsewhere() {
    person(email, TOTP_SECRET, false);
    Org lenient = new Org("incrm", SecondStep.NEVER);
    Org strict = new Org("syncgram-pay", SecondStep.ALWAYS);
    strict.memberWithSecondStep(email);
    lenient.memberWithSecondStep(email);
    String other = in("incrm").field("session_id");
    Api.Answer skipped = in("incrm");
    String token = skipped.field("access_token");

    String refusal = "403 second_step_required";
    assertThat(
            api.post(
                    "/v1/me/password",
                    token,
                    Map.of("current_password", PASSWORD, "new_password", "another-one-2026"))
                .code())
        .isEqualTo(refusal);
    assertThat(
            api.post("/v1/me/totp", token, Map.of("current_password", PASSWORD, "code", code()))
                .code())
        .isEqualTo(refusal);
    assertThat(api.post("/v1/me/totp/confirm", token, Map.of("code", code())).code())
        .isEqualTo(refusal);
    assertThat(api.get("/v1/sessions", token).code()).isEqualTo(refusal);
    assertThat(api.delete("/v1/sessions/" + other, token).code()).isEqualTo(refusal);
    assertThat(api.inDialect("incrm").get("/v1/sessions", token).code()).isEqualTo(refusal);
    Membership invited = org().invite(email);
    invited.added(Role.OWNER);
    assertThat(api.post("/v1/invitations/accept", token, Map.of("token", invited.token)).code())
        .isEqualTo(refusal);

    Api.Answer challenged = switchTo(strict, skipped);
    assertThat(challenged.status()).isEqualTo(202);
    Api.Answer whole = verify(challenged.field("challenge"), code());
    assertThat(api.delete("/v1/sessions/" + other, whole.field("access_token")).status())
        .isEqualTo(204);
    assertThat(api.delete("/v1/sessions/current", in("incrm").field("access_token")).status())
        .isEqualTo(204);
  }

  @Test
  void whoseOrganisationsAllAskNobodyTakesTheirSecondStepOnThePlatformsOwnPaths() {
    Org first = new Org("incrm", SecondStep.NEVER);
    Org second = new Org("incrm", SecondStep.NEVER);
    first.member(email);
    second.member(email);
    assertThat(signedInTo(first).status()).isEqualTo(201);
    person(email, TOTP_SECRET, false);
    Api.Answer skipped = in("incrm");
    assertThat(skipped.status()).isEqualTo(201);

    Api.Answer challenged = signedInTo(first);
    assertThat(challenged.status()).isEqualTo(202);
    String whole = verify(challenged.field("challenge"), code()).field("access_token");
    isOf(whole, first);
    assertThat(api.get("/v1/sessions", whole).status()).isEqualTo(200);
    assertThat(switchTo(first, skipped).status()).isEqualTo(202);
  }

  @Test
  void aPolicyThatComesToAskThoseWhoHaveASecondStepAsksTheirRunningSessions() {
    Org lenient = new Org("incrm", SecondStep.NEVER);
    lenient.member(email);
    String another = someEmail();
    lenient.member(another);
    person(email, TOTP_SECRET, false);
    Api.Answer skipped = refreshed("incrm", in("incrm"));
    assertThat(skipped.status()).isEqualTo(200);
    Api.Answer hasNone =
        api.inDialect("incrm").post("/v1/sessions", Map.of("email", another, "password", PASSWORD));

    lenient.ask(SecondStep.WHEN_ENROLLED);

    assertThat(refreshed("incrm", skipped).code()).isEqualTo("401 second_step_required");
    assertThat(refreshed("incrm", hasNone).status()).isEqualTo(200);
  }

  private Api.Answer in(String dialect) {
    return api.inDialect(dialect).post("/v1/sessions", credentials);
  }

  private Api.Answer refreshed(String dialect, Api.Answer session) {
    return api.inDialect(dialect)
        .post("/v1/sessions/refresh", Map.of("refresh_token", session.field("refresh_token")));
  }

  private Api.Answer signedInTo(Org org) {
    return api.post(
        "/v1/sessions", Map.of("email", email, "password", PASSWORD, "organization", org.slug));
  }

  private Api.Answer switchTo(Org org, Api.Answer session) {
    return api.post(
        "/v1/sessions/current/organization",
        session.field("access_token"),
        Map.of("organization", org.slug, "refresh_token", session.field("refresh_token")));
  }

  private static void isOf(String accessToken, Org org) {
    assertThat(claimsOf(accessToken)).contains(org.id.value());
  }
}
