package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.token.AtOnce;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** RFC 9700, section 4.14.2. */
class RefreshTest extends PeopleHttpTest {
  @Autowired private SessionSweep sweep;
  private final String email = someEmail();

  @Test
  void eachRefreshGivesANewPairOfTheSameSession() {
    org().member(email);
    Api.Answer first = signedIn(email);

    Api.Answer second = refresh(first.field("refresh_token"));

    assertThat(second.status()).isEqualTo(200);
    assertThat(second.field("session_id")).isEqualTo(first.field("session_id"));
    assertThat(second.field("refresh_token")).isNotEqualTo(first.field("refresh_token"));
    assertThat(refresh(second.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void aDeadTokenThatComesBackEndsTheFamily() {
    org().member(email);
    Api.Answer first = signedIn(email);
    Api.Answer second = refresh(first.field("refresh_token"));

    assertThat(refresh(first.field("refresh_token")).code()).isEqualTo("401 refresh_token_reused");

    assertThat(refresh(second.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.get("/v1/sessions", second.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(first.field("refresh_token")).code()).isEqualTo("401 refresh_token_reused");
  }

  @Test
  void ofConcurrentRefreshesOneWins() throws Exception {
    org().member(email);
    String token = signedIn(email).field("refresh_token");

    List<String> codes = AtOnce.run(8, () -> refresh(token).code());

    assertThat(codes).filteredOn(c -> c.startsWith("200")).hasSize(1);
    assertThat(codes).filteredOn("401 refresh_token_reused"::equals).hasSize(7);
  }

  @Test
  void rotationNeverStretchesAFamily() {
    org().member(email);
    String token = signedIn(email).field("refresh_token");
    for (int day = 0; day < 29; day++) {
      clock.advance(Duration.ofDays(1));
      Api.Answer refreshed = refresh(token);
      assertThat(refreshed.status()).isEqualTo(200);
      assertThat(refreshed.json().path("refresh_expires_in").asLong())
          .isEqualTo(Duration.ofDays(29 - day).toSeconds());
      token = refreshed.field("refresh_token");
    }
    clock.advance(Duration.ofDays(1));

    assertThat(refresh(token).code()).isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void anAccessTokenNeverOutlivesItsFamily() {
    org().member(email);
    clock.advance(Duration.ofMillis(1_500 - clock.millis() % 1_000));
    String token = signedIn(email).field("refresh_token");
    clock.advance(Duration.ofDays(30).minusSeconds(90));

    Api.Answer late = refresh(token);

    assertThat(late.json().path("expires_in").asLong()).isEqualTo(90);
    clock.advance(Duration.ofSeconds(89));
    assertThat(api.get("/v1/sessions", late.field("access_token")).status()).isEqualTo(200);
    clock.advance(Duration.ofMillis(700));
    // Tokens end with whole seconds, and before the family does there is none to come.
    assertThat(api.get("/v1/sessions", late.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(late.field("refresh_token")).code()).isEqualTo("401 invalid_refresh_token");
  }

  private static SessionRules renewed(Duration lifetime, Duration family) {
    return new SessionRules(
        Duration.ofMinutes(15), lifetime, Refresh.RENEWED, family, SecondStep.WHEN_ENROLLED);
  }

  private Api.Answer refreshed(Api.Answer before) {
    Api.Answer answer = refresh(before.field("refresh_token"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private static Duration left(Api.Answer answer) {
    return Duration.ofSeconds(answer.json().path("refresh_expires_in").asLong());
  }

  @Test
  void wherePolicyRenewsItEachTokenLivesAsLongAgain() {
    Org org = org();
    org.member(email);
    org.govern(renewed(Duration.ofDays(1), null));
    Api.Answer session = signedIn(email);
    for (int day = 0; day < 40; day++) {
      assertThat(left(session)).isEqualTo(Duration.ofDays(1));
      clock.advance(Duration.ofDays(1).minusSeconds(1));
      session = refreshed(session);
    }
    clock.advance(Duration.ofDays(1));

    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void theBoundOnAFamilyIsStretchedByNoRefresh() {
    Org org = org();
    org.member(email);
    org.govern(renewed(Duration.ofDays(1), Duration.ofHours(36)));
    Api.Answer session = signedIn(email);
    clock.advance(Duration.ofHours(20));
    session = refreshed(session);

    assertThat(left(session)).isEqualTo(Duration.ofHours(16));
    clock.advance(Duration.ofHours(16));
    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void aPolicyThatWasTightenedCountsForFamiliesThatRunAlready() {
    Org org = org();
    org.member(email);
    org.govern(renewed(Duration.ofDays(2), null));
    Api.Answer ofShorter = signedIn(email);
    Api.Answer ofFixed = signedIn(email);
    clock.advance(Duration.ofHours(36));
    ofFixed = refreshed(ofFixed);
    clock.advance(Duration.ofHours(1));

    org.govern(renewed(Duration.ofDays(1), null));
    assertThat(refresh(ofShorter.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    org.govern(
        new SessionRules(Duration.ofMinutes(15), Duration.ofDays(1), SecondStep.WHEN_ENROLLED));
    assertThat(refresh(ofFixed.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void aFamilyFromBeforeLivesOnOnceItsPolicyComesToRenew() {
    Org org = org();
    org.member(email);
    Api.Answer session = signedIn(email);
    org.govern(renewed(Duration.ofDays(30), null));
    clock.advance(Duration.ofDays(29));
    session = refreshed(session);

    assertThat(left(session)).isEqualTo(Duration.ofDays(30));
    clock.advance(Duration.ofDays(29));
    assertThat(refreshed(session).status()).isEqualTo(200);
  }

  @Test
  void deadTokensOfAFamilyThatLivesOnAreForgottenOnceTheyWouldHaveDied() {
    Org org = org();
    org.member(email);
    org.govern(renewed(Duration.ofDays(1), null));
    Api.Answer session = signedIn(email);
    String first = session.field("refresh_token");
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofHours(20));
      session = refreshed(session);
    }
    sweep.sweep();

    assertThat(refresh(first).code()).isEqualTo("401 invalid_refresh_token");
    assertThat(refreshed(session).status()).isEqualTo(200);
  }

  @Test
  void aRefreshTokenIsUnknownInAnotherDialectAndUnharmedByIt() {
    new Org("incrm", SecondStep.WHEN_ENROLLED).member(email);
    Map<String, String> credentials = Map.of("email", email, "password", PASSWORD);
    Api incrm = api.inDialect("incrm");
    Map<String, String> token =
        Map.of("refresh_token", incrm.post("/v1/sessions", credentials).field("refresh_token"));

    assertThat(api.post("/v1/sessions/refresh", token).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.inDialect("syncgram-pay").post("/v1/sessions/refresh", token).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(incrm.post("/v1/sessions/refresh", token).status()).isEqualTo(200);
  }

  @Test
  void aRemovedMemberIsRefusedAtOnce() {
    Membership membership = org().member(email);
    Api.Answer session = signedIn(email);
    membership.removed();

    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void aSuspendedOrganisationsSessionsRestUntilItIsReinstated() {
    Org org = org();
    org.member(email);
    Api.Answer session = signedIn(email);
    org.suspend();
    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("403 organization_suspended");

    org.ask(SecondStep.WHEN_ENROLLED);
    assertThat(refresh(session.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void aPolicyThatComesToAskForASecondStepAsksRunningSessionsToo() {
    Org org = org();
    org.member(email);
    Api.Answer session = signedIn(email);
    org.ask(SecondStep.ALWAYS);

    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 second_step_required");
  }

  @Test
  void whileTheStateOfAccessIsNotFreshNothingIsRefreshedNorLost() {
    org().member(email);
    String token = signedIn(email).field("refresh_token");
    fresh.set(false);
    assertThat(refresh(token).code()).isEqualTo("503 not_fresh");

    fresh.set(true);
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoRefreshTokenIsInvalid() {
    assertThat(refresh("klr_nonsense").code()).isEqualTo("401 invalid_refresh_token");
    assertThat(refresh("x".repeat(1000)).code()).isEqualTo("401 invalid_refresh_token");
  }
}
