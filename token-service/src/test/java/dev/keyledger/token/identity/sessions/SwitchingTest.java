package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SwitchingTest extends PeopleHttpTest {
  private final String email = someEmail();

  @Test
  void theOtherOrganisationBecomesActiveAndTheOldTokensEnd() {
    Org from = org();
    Org to = org();
    to.member(email);
    from.member(email);
    Api.Answer before = signedInTo(from);

    Api.Answer after = switchTo(to.slug, before);

    assertThat(after.status()).isEqualTo(201);
    assertThat(after.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(claimsOf(after.field("access_token"))).contains(to.id.value());
    assertThat(api.get("/v1/sessions", before.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(after.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void anAccessTokenAloneSwitchesNowhereNotEvenToWhereItIs() {
    Org org = org();
    org.member(email);
    Api.Answer session = signedIn(email);
    String stranger = someEmail();
    org.member(stranger);

    Api.Answer without =
        api.post(
            "/v1/sessions/current/organization",
            session.field("access_token"),
            Map.of("organization", org.slug));
    assertThat(without.status()).isEqualTo(422);
    assertThat(without.field("field")).isEqualTo("refresh_token");
    for (String other :
        new String[] {
          signedIn(stranger).field("refresh_token"), signedIn(email).field("refresh_token"), "klr_"
        }) {
      assertThat(
              api.post(
                      "/v1/sessions/current/organization",
                      session.field("access_token"),
                      Map.of("organization", org.slug, "refresh_token", other))
                  .code())
          .isEqualTo("401 invalid_refresh_token");
    }
    assertThat(refresh(session.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void aTokenFromBeforeASwitchEndsWhatCameOfIt() {
    Org org = org();
    PersonId person = org.member(email).person;
    Api.Answer before = signedIn(email);
    Api.Answer stolen = switchTo(org.slug, before);
    Api.Answer further = switchTo(org.slug, stolen);
    assertThat(further.status()).isEqualTo(201);

    assertThat(refresh(before.field("refresh_token")).code()).isEqualTo("401 refresh_token_reused");

    assertThat(api.get("/v1/sessions", further.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(further.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(liveSessionsOf(person)).isZero();
  }

  @Test
  void switchingWithATokenThatWasUsedEndsTheFamily() {
    Org org = org();
    org.member(email);
    Api.Answer first = signedIn(email);
    Api.Answer refreshed = refresh(first.field("refresh_token"));

    assertThat(switchTo(org.slug, first).code()).isEqualTo("401 refresh_token_reused");

    assertThat(api.get("/v1/sessions", refreshed.field("access_token")).status()).isEqualTo(401);
  }

  @Test
  void whoeverEndsTheSessionFromBeforeASwitchEndsTheOneThatCameOfIt() {
    Org org = org();
    org.member(email);
    Api.Answer here = signedIn(email);
    Api.Answer before = signedIn(email);
    Api.Answer after = switchTo(org.slug, before);

    assertThat(
            api.delete("/v1/sessions/" + before.field("session_id"), here.field("access_token"))
                .status())
        .isEqualTo(204);

    assertThat(api.get("/v1/sessions", after.field("access_token")).status()).isEqualTo(401);
    assertThat(api.get("/v1/sessions", here.field("access_token")).status()).isEqualTo(200);
  }

  @Test
  void whereTheOtherPolicysLifetimeIsOverSinceSignInThereIsNoSwitch() {
    Org from = org();
    Org to = org();
    to.govern(
        new SessionRules(Duration.ofMinutes(15), Duration.ofHours(1), SecondStep.WHEN_ENROLLED));
    to.member(email);
    from.member(email);
    Api.Answer before = signedInTo(from);
    clock.advance(Duration.ofHours(2));
    Api.Answer refreshed = refresh(before.field("refresh_token"));

    assertThat(switchTo(to.slug, refreshed).code()).isEqualTo("401 invalid_refresh_token");
    assertThat(refresh(refreshed.field("refresh_token")).status()).isEqualTo(200);
  }

  private static int liveSessionsOf(PersonId person) {
    return DATABASE
        .jdbc()
        .sql("select count(*) from session where person_id = ? and ended_at is null")
        .param(person.uuid())
        .query(Integer.class)
        .single();
  }

  @Test
  void switchingNeverStretchesAFamily() {
    Org from = org();
    Org to = org();
    to.member(email);
    from.member(email);
    Api.Answer before = signedInTo(from);
    clock.advance(Duration.ofMinutes(10));
    Api.Answer after = switchTo(to.slug, before);

    clock.advance(Duration.ofDays(30).minusMinutes(10));
    assertThat(refresh(after.field("refresh_token")).code()).isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void wherePolicyRenewsSoDoesSwitchingAndBackWhereItIsFixedTheFirstSignInCounts() {
    Org fixed = org();
    Org renewing = org();
    renewing.govern(
        new SessionRules(
            Duration.ofMinutes(15),
            Duration.ofDays(30),
            Refresh.RENEWED,
            null,
            SecondStep.WHEN_ENROLLED));
    renewing.member(email);
    fixed.member(email);
    Api.Answer before = signedInTo(fixed);
    clock.advance(Duration.ofDays(20));
    Api.Answer after = switchTo(renewing.slug, refresh(before.field("refresh_token")));

    assertThat(after.json().path("refresh_expires_in").asLong())
        .isEqualTo(Duration.ofDays(30).toSeconds());
    Api.Answer back = switchTo(fixed.slug, after);
    assertThat(back.json().path("refresh_expires_in").asLong())
        .isEqualTo(Duration.ofDays(10).toSeconds());
  }

  @Test
  void somebodyElsesOrganisationIsForbiddenWhetherItExistsOrNot() {
    org().member(email);
    Org foreign = org();
    Api.Answer session = signedIn(email);

    Api.Answer existing = switchTo(foreign.slug, session);
    Api.Answer absent = switchTo("no-such-organization", session);

    assertThat(existing.code()).isEqualTo("403 forbidden");
    assertThat(absent.text()).isEqualTo(existing.text());
    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(200);
  }

  @Test
  void aPolicyThatAsksForASecondStepIsAnsweredWithAChallenge() {
    Org from = org();
    Org to = new Org("canonical", SecondStep.ALWAYS);
    from.member(email);
    to.member(email);
    Api.Answer before = signedInTo(from);
    assertThat(switchTo(to.slug, before).code()).isEqualTo("403 second_step_enrolment_required");
    person(email, TOTP_SECRET, false);

    Api.Answer challenged = switchTo(to.slug, before);
    assertThat(challenged.status()).isEqualTo(202);
    // It lives on, though it may not speak for a person who has a second step by now.
    assertThat(api.get("/v1/sessions", before.field("access_token")).code())
        .isEqualTo("403 second_step_required");
    Api.Answer after = verify(challenged.field("challenge"), code());

    assertThat(after.status()).isEqualTo(201);
    assertThat(claimsOf(after.field("access_token"))).contains(to.id.value());
    assertThat(api.get("/v1/sessions", before.field("access_token")).status()).isEqualTo(401);
    // This session has taken the step: back and there again it isn't asked for anew.
    Api.Answer back = switchTo(from.slug, after);
    assertThat(switchTo(to.slug, back).status()).isEqualTo(201);
  }

  @Test
  void aChallengeOfASessionThatEndedMeanwhileIsWorthNothing() {
    Org from = org();
    Org to = new Org("canonical", SecondStep.ALWAYS);
    from.member(email);
    to.member(email);
    Api.Answer before = signedInTo(from);
    person(email, TOTP_SECRET, false);
    String challenge = switchTo(to.slug, before).field("challenge");

    api.delete("/v1/sessions/current", before.field("access_token"));

    assertThat(verify(challenge, code()).code()).isEqualTo("401 invalid_challenge");
  }

  private Api.Answer signedInTo(Org org) {
    return api.post(
        "/v1/sessions", Map.of("email", email, "password", PASSWORD, "organization", org.slug));
  }

  private Api.Answer switchTo(String organization, Api.Answer session) {
    return api.post(
        "/v1/sessions/current/organization",
        session.field("access_token"),
        Map.of("organization", organization, "refresh_token", session.field("refresh_token")));
  }
}
