package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(refresh(before.field("refresh_token")).status()).isEqualTo(401);
    assertThat(refresh(after.field("refresh_token")).status()).isEqualTo(200);
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
        Map.of("organization", organization));
  }
}
