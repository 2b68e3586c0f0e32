package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.token.AtOnce;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A refresh whose answer got lost, where policy has it given again. */
class RefreshRetryTest extends PeopleHttpTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Autowired private SessionSweep sweep;
  private final String email = someEmail();
  private Org org;
  private Membership membership;
  private Api.Answer session;

  @BeforeEach
  void aSession() {
    org = org();
    membership = org.member(email);
    org.govern(forgiving(TEN_SECONDS));
    session = signedIn(email);
  }

  private static SessionRules forgiving(Duration interval) {
    return new SessionRules(
        Duration.ofMinutes(15),
        Duration.ofDays(30),
        Refresh.FIXED,
        null,
        interval,
        SecondStep.WHEN_ENROLLED);
  }

  private String first() {
    return session.field("refresh_token");
  }

  private static List<String> pair(Api.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return List.of(answer.field("access_token"), answer.field("refresh_token"));
  }

  private void assertEnded(Api.Answer refreshed) {
    assertThat(refresh(refreshed.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.get("/v1/sessions", refreshed.field("access_token")).status()).isEqualTo(401);
  }

  @Test
  void aRetryWithinTheIntervalGetsTheSamePairAgainAndItWorks() {
    Api.Answer answer = refresh(first());
    clock.advance(TEN_SECONDS.minusMillis(1));
    Api.Answer again = refresh(first());

    assertThat(pair(again)).isEqualTo(pair(answer));
    assertThat(again.field("session_id")).isEqualTo(answer.field("session_id"));
    assertThat(again.json().path("expires_in").asLong()).isBetween(889L, 891L);
    assertThat(again.json().path("refresh_expires_in").asLong())
        .isLessThan(answer.json().path("refresh_expires_in").asLong());
    assertThat(api.get("/v1/sessions", again.field("access_token")).status()).isEqualTo(200);
    pair(refresh(again.field("refresh_token")));
  }

  @Test
  void ofConcurrentRefreshesAllGetTheSamePair() throws Exception {
    List<List<String>> pairs = AtOnce.run(8, () -> pair(refresh(first())));

    assertThat(new HashSet<>(pairs)).hasSize(1);
    pair(refresh(pairs.getFirst().get(1)));
  }

  @Test
  void aLaterReuseEndsTheSession() {
    Api.Answer answer = refresh(first());
    pair(refresh(first()));
    clock.advance(TEN_SECONDS);

    assertThat(refresh(first()).code()).isEqualTo("401 refresh_token_reused");
    assertEnded(answer);
  }

  @Test
  void aReuseFromElsewhereEndsTheSession() {
    for (Api elsewhere : List.of(anotherAddress(), api.byAgent("another browser"))) {
      Api.Answer begun = signedIn(email);
      String token = begun.field("refresh_token");
      Api.Answer answer = refresh(token);

      assertThat(elsewhere.post("/v1/sessions/refresh", Map.of("refresh_token", token)).code())
          .isEqualTo("401 refresh_token_reused");
      assertEnded(answer);
    }
  }

  @Test
  void aReuseOnceTheSuccessorWasUsedEndsTheSession() {
    Api.Answer second = refresh(first());
    Api.Answer third = refresh(second.field("refresh_token"));

    assertThat(refresh(first()).code()).isEqualTo("401 refresh_token_reused");
    assertEnded(third);
  }

  @Test
  void aReuseOnceTheSuccessorWasUsedToSwitchEndsTheSessionThatCameOfIt() {
    Org other = org();
    other.member(email);
    session =
        api.post(
            "/v1/sessions", Map.of("email", email, "password", PASSWORD, "organization", org.slug));
    Api.Answer second = refresh(first());
    Api.Answer switched =
        api.post(
            "/v1/sessions/current/organization",
            second.field("access_token"),
            Map.of("organization", other.slug, "refresh_token", second.field("refresh_token")));
    assertThat(switched.status()).as(switched.text()).isEqualTo(201);

    assertThat(refresh(first()).code()).isEqualTo("401 refresh_token_reused");
    assertEnded(switched);
  }

  /** A switch is no retry of a refresh, whoever asks for it. */
  @Test
  void aTokenThatWasExchangedMakesNoOtherOrganisationActive() {
    Org other = org();
    other.member(email);
    session =
        api.post(
            "/v1/sessions", Map.of("email", email, "password", PASSWORD, "organization", org.slug));
    Api.Answer second = refresh(first());

    assertThat(
            api.post(
                    "/v1/sessions/current/organization",
                    second.field("access_token"),
                    Map.of("organization", other.slug, "refresh_token", first()))
                .code())
        .isEqualTo("401 refresh_token_reused");
    assertEnded(second);
  }

  @Test
  void anEndedSessionGivesNothingAgain() {
    Api.Answer answer = refresh(first());
    assertThat(api.delete("/v1/sessions/current", answer.field("access_token")).status())
        .isEqualTo(204);

    assertThat(refresh(first()).code()).isEqualTo("401 refresh_token_reused");
  }

  @Test
  void aRemovedMemberGetsNothingAgain() {
    pair(refresh(first()));
    membership.removed();

    assertThat(refresh(first()).status()).isEqualTo(401);
  }

  @Test
  void aPolicyThatWasTightenedCountsForWhatWasAnsweredAlready() {
    pair(refresh(first()));
    org.govern(forgiving(Duration.ofSeconds(2)));
    clock.advance(Duration.ofSeconds(1));
    pair(refresh(first()));
    org.govern(forgiving(null));

    assertThat(refresh(first()).code()).isEqualTo("401 refresh_token_reused");
  }

  @Test
  void whileItCantBeToldNothingIsGivenAgainNorLost() {
    Api.Answer answer = refresh(first());
    fresh.set(false);
    assertThat(refresh(first()).code()).isEqualTo("503 not_fresh");
    fresh.set(true);
    assertThat(pair(refresh(first()))).isEqualTo(pair(answer));
  }

  @Test
  void aPersonWithoutOrganisationIsForgivenTooByDefault() {
    String alone = someEmail();
    person(alone, null, false);
    session = signedIn(alone);

    assertThat(pair(refresh(first()))).isEqualTo(pair(refresh(first())));
  }

  @Test
  void whatIsKeptForARetryCantBeReadAndGoesSoon() {
    Api.Answer answer = refresh(first());
    assertThat(kept())
        .hasSize(1)
        .allSatisfy(row ->
            assertThat(row)
                .doesNotContain(
                    first(), answer.field("refresh_token"), answer.field("access_token"))
                .doesNotContain(api.address(), "test browser"));

    clock.advance(Duration.ofMinutes(2));
    sweep.sweep();
    assertThat(kept()).isEmpty();
  }

  private List<String> kept() {
    return DATABASE
        .jdbc()
        .sql(
            """
            select token_hash::text || encode(successor, 'escape') from refresh_token
            join session using (session_id) where person_id = ? and successor is not null
            """)
        .param(membership.person.uuid())
        .query(String.class)
        .list();
  }
}
