package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What the platform's services are told of a session while they can't follow what ends. */
class SessionStandingTest extends PeopleHttpTest {
  @Autowired private Erasure erasure;
  @Autowired private TokenEnds tokenEnds;
  @Autowired private AccessTokens accessTokens;
  private final String email = someEmail();

  @Test
  void aSessionIsAliveUntilItsPersonSignsOutHoweverOldTheView() {
    org().member(email);
    Api.Answer session = signedIn(email);
    fresh.set(false);
    assertThat(isAlive(session)).isTrue();

    assertThat(api.delete("/v1/sessions/current", session.field("access_token")).status())
        .isEqualTo(204);

    assertThat(isAlive(session)).isFalse();
  }

  @Test
  void aSingleTokenThatWasEndedIsDeadAndItsSessionIsNot() {
    org().member(email);
    Api.Answer session = signedIn(email);
    Api.Answer refreshed = refresh(session.field("refresh_token"));

    tokenEnds.end(accessTokens.read(session.field("access_token")));

    assertThat(isAlive(session)).isFalse();
    assertThat(isAlive(refreshed)).isTrue();
  }

  @Test
  void aTokenThatSaysOtherwiseThanItsSessionIsNoneOfIt() {
    org().member(email);
    Map<String, Object> question = questionOf(signedIn(email));
    assertThat(isAlive(question)).isTrue();

    assertThat(isAlive(with(question, "person", person(someEmail(), null, false).value())))
        .isFalse();
    assertThat(
            isAlive(
                with(question, "member", MemberId.of(UuidCreator.getTimeOrderedEpoch()).value())))
        .isFalse();
    assertThat(isAlive(with(question, "operator", true))).isFalse();
    assertThat(isAlive(with(question, "session", "ses_" + UuidCreator.getTimeOrderedEpoch())))
        .isFalse();
  }

  @Test
  void anOperatorsSessionIsAnOperators() {
    person(email, TOTP_SECRET, true);
    Api.Answer session = verify(signIn(email).field("challenge"), code());
    assertThat(questionOf(session)).containsEntry("operator", true);
    assertThat(isAlive(session)).isTrue();
  }

  @Test
  void aSessionThatWasSwitchedAwayFromOrWhosePersonIsErasedHasEnded() {
    Membership first = org().member(email);
    Org other = org();
    other.member(email);
    Api.Answer session = signedIn(email);
    Api.Answer switched =
        api.post(
            "/v1/sessions/current/organization",
            session.field("access_token"),
            Map.of(
                "organization",
                other.slug.equals(slugOf(session)) ? first.org.slug : other.slug,
                "refresh_token",
                session.field("refresh_token")));
    assertThat(switched.status()).as(switched.text()).isEqualTo(201);
    assertThat(isAlive(session)).isFalse();
    assertThat(isAlive(switched)).isTrue();

    erasure.erase(first.person);

    assertThat(isAlive(switched)).isFalse();
  }

  @Test
  void onlyOurOwnServicesAreTold() {
    org().member(email);
    Api.Answer session = signedIn(email);
    assertThat(
            api.post(
                    "/internal/v1/sessions/standing",
                    session.field("access_token"),
                    questionOf(session))
                .status())
        .isEqualTo(401);
  }

  @Test
  void nobodySignsInOrIsGivenATokenByAViewThatIsTooOld() {
    org().member(email);
    Api.Answer session = signedIn(email);
    fresh.set(false);
    assertThat(signIn(email).code()).isEqualTo("503 not_fresh");
    assertThat(refresh(session.field("refresh_token")).code()).isEqualTo("503 not_fresh");
    fresh.set(true);
    assertThat(refresh(session.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void theEndOfATokenIsForgottenOnceItWouldHaveDiedByItself() {
    org().member(email);
    Api.Answer session = signedIn(email);
    tokenEnds.end(accessTokens.read(session.field("access_token")));
    long held = endedTokens();
    clock.advance(Duration.ofHours(23));
    sweep.sweep();
    assertThat(endedTokens()).isEqualTo(held);
    clock.advance(Duration.ofHours(2));
    sweep.sweep();
    assertThat(endedTokens()).isZero();
  }

  @Autowired private SessionSweep sweep;

  private static long endedTokens() {
    return DATABASE.jdbc().sql("select count(*) from ended_token").query(Long.class).single();
  }

  private static String slugOf(Api.Answer session) {
    return claims(session).path("slug").asString("");
  }

  private static JsonNode claims(Api.Answer session) {
    return EventCodec.mapper().readTree(claimsOf(session.field("access_token")));
  }

  private static Map<String, Object> questionOf(Api.Answer session) {
    JsonNode claims = claims(session);
    var question = new HashMap<String, Object>();
    question.put("session", claims.path("sid").asString());
    question.put("token", claims.path("jti").asString());
    question.put("person", claims.path("sub").asString());
    question.put("operator", claims.path("kind").asString().equals("operator"));
    if (claims.has("mem")) {
      question.put("member", claims.path("mem").asString());
    }
    return question;
  }

  private static Map<String, Object> with(Map<String, Object> question, String name, Object value) {
    var other = new HashMap<>(question);
    other.put(name, value);
    return other;
  }

  private boolean isAlive(Api.Answer session) {
    return isAlive(questionOf(session));
  }

  private boolean isAlive(Map<String, Object> question) {
    Api.Answer answer =
        api.post(
            "/internal/v1/sessions/standing",
            internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
            question);
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
    return answer.json().path("alive").asBoolean();
  }
}
