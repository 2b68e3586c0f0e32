package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class EndingTest extends PeopleHttpTest {
  @Autowired private Erasure erasure;
  private final String email = someEmail();

  @Test
  void signingOutEndsTheSessionWithItsTokensAtOnce() {
    org().member(email);
    Api.Answer session = signedIn(email);
    Api.Answer other = signedIn(email);

    Api.Answer ended = api.delete("/v1/sessions/current", session.field("access_token"));

    assertThat(ended.status()).isEqualTo(204);
    assertThat(ended.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.get("/v1/sessions", other.field("access_token")).status()).isEqualTo(200);
  }

  @Test
  void aPersonSeesAndEndsTheirOwnSessionsAndNobodyElses() {
    Org org = org();
    org.member(email);
    String stranger = someEmail();
    org.member(stranger);
    Api.Answer theirs = signedIn(stranger);
    Api.Answer first = signedIn(email);
    clock.advance(Duration.ofSeconds(1));
    Api.Answer second = signedIn(email);
    String token = second.field("access_token");

    var items = api.get("/v1/sessions?limit=1", token).json();
    assertThat(items.path("items").size()).isEqualTo(1);
    var newest = items.path("items").get(0);
    assertThat(newest.path("id").asString()).isEqualTo(second.field("session_id"));
    assertThat(newest.path("current").asBoolean()).isTrue();
    assertThat(newest.path("slug").asString()).isEqualTo(org.slug);
    assertThat(newest.path("address").asString()).isEqualTo(api.address());
    assertThat(newest.path("user_agent").asString()).isEqualTo("test browser");
    assertThat(newest.path("created_at").asString()).matches(".*T.*\\.\\d{3}Z");
    var next =
        api.get("/v1/sessions?limit=1&cursor=" + items.path("next_cursor").asString(), token)
            .json();
    assertThat(next.path("items").get(0).path("id").asString())
        .isEqualTo(first.field("session_id"));

    assertThat(api.delete("/v1/sessions/" + theirs.field("session_id"), token).code())
        .isEqualTo("404 session_not_found");
    assertThat(api.delete("/v1/sessions/nonsense", token).code())
        .isEqualTo("404 session_not_found");
    assertThat(api.delete("/v1/sessions/" + first.field("session_id"), token).status())
        .isEqualTo(204);
    assertThat(api.get("/v1/sessions", first.field("access_token")).status()).isEqualTo(401);
    assertThat(api.delete("/v1/sessions/" + first.field("session_id"), token).status())
        .isEqualTo(204);
    assertThat(api.get("/v1/sessions", theirs.field("access_token")).status()).isEqualTo(200);
  }

  @Test
  void anotherPasswordEndsEveryOtherSession() {
    org().member(email);
    Api.Answer here = signedIn(email);
    Api.Answer elsewhere = signedIn(email);
    String chosen = "another long enough pass phrase";

    Api.Answer wrong = changePassword(here, "not it", chosen);
    Api.Answer weak = changePassword(here, PASSWORD, "password1234567");
    Api.Answer changed = changePassword(here, PASSWORD, chosen);

    assertThat(wrong.code()).isEqualTo("401 invalid_credentials");
    assertThat(weak.status()).isEqualTo(422);
    assertThat(weak.field("field")).isEqualTo("new_password");
    assertThat(changed.status()).isEqualTo(204);
    assertThat(changed.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(api.get("/v1/sessions", here.field("access_token")).status()).isEqualTo(200);
    assertThat(refresh(here.field("refresh_token")).status()).isEqualTo(200);
    assertThat(api.get("/v1/sessions", elsewhere.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(elsewhere.field("refresh_token")).status()).isEqualTo(401);
    assertThat(signIn(email).status()).isEqualTo(401);
    assertThat(api.post("/v1/sessions", Map.of("email", email, "password", chosen)).status())
        .isEqualTo(201);
  }

  @Test
  void aSecondStepIsReplacedWithACodeOfTheOneInUseAlone() {
    person(email, TOTP_SECRET, false);
    String token = verify(signIn(email).field("challenge"), code()).field("access_token");
    clock.advance(Duration.ofSeconds(30));

    assertThat(api.post("/v1/me/totp", token, Map.of("current_password", PASSWORD)).code())
        .isEqualTo("409 totp_already_enrolled");
    assertThat(
            api.post(
                    "/v1/me/totp", token, Map.of("current_password", PASSWORD, "code", wrongCode()))
                .code())
        .isEqualTo("401 invalid_code");
    Api.Answer begun =
        api.post("/v1/me/totp", token, Map.of("current_password", PASSWORD, "code", code()));
    assertThat(begun.field("uri"))
        .startsWith("otpauth://totp/Keyledger:")
        .contains("secret=" + begun.field("secret"), "issuer=Keyledger", "digits=6", "period=30");
    clock.advance(Duration.ofSeconds(30));
    assertThat(api.post("/v1/me/totp/confirm", token, Map.of("code", code())).code())
        .isEqualTo("422 invalid_code");
    String fresh = codeOf(secretOf(begun));
    assertThat(api.post("/v1/me/totp/confirm", token, Map.of("code", fresh)).status())
        .isEqualTo(204);

    clock.advance(Duration.ofSeconds(30));
    String challenge = signIn(email).field("challenge");
    assertThat(verify(challenge, code()).status()).isEqualTo(401);
    assertThat(verify(challenge, codeOf(secretOf(begun))).status()).isEqualTo(201);
  }

  @Test
  void anAccessTokenAloneSetsUpNoSecondStepAndReplacesNone() {
    org().member(email);
    String token = signedIn(email).field("access_token");

    Api.Answer without = api.post("/v1/me/totp", token, Map.of("code", code()));
    assertThat(without.status()).isEqualTo(422);
    assertThat(without.field("field")).isEqualTo("current_password");
    assertThat(api.post("/v1/me/totp", token, Map.of("current_password", "not it")).code())
        .isEqualTo("401 invalid_credentials");

    person(email, TOTP_SECRET, false);
    String whole = verify(signIn(email).field("challenge"), code()).field("access_token");
    clock.advance(Duration.ofSeconds(30));
    assertThat(
            api.post("/v1/me/totp", whole, Map.of("current_password", "not it", "code", code()))
                .code())
        .isEqualTo("401 invalid_credentials");
  }

  @Test
  void aSessionWhoseFamilyIsOverStillEndsByWhateverEndsSessions() {
    Membership membership = org().member(email);
    Api.Answer signedOut = signedIn(email);
    Api.Answer revoked = signedIn(email);
    Api.Answer changed = signedIn(email);
    clock.advance(Duration.ofDays(31));
    Api.Answer here = signedIn(email);

    // As an access token says whose clock is behind, or which an older release made.
    assertThat(
            api.delete("/v1/sessions/" + signedOut.field("session_id"), here.field("access_token"))
                .header("Keyledger-In-Force"))
        .isEqualTo("true");
    assertThat(hasEnded(signedOut)).isTrue();
    sessionEnds.end(revoked.field("refresh_token"), person -> true);
    assertThat(hasEnded(revoked)).isTrue();
    assertThat(changePassword(here, PASSWORD, "another long enough pass phrase").status())
        .isEqualTo(204);
    assertThat(hasEnded(changed)).isTrue();
    assertThat(hasEnded(here)).isFalse();
    clock.advance(Duration.ofDays(31));
    erasure.erase(membership.person);
    assertThat(hasEnded(here)).isTrue();
  }

  @Autowired private SessionEnds sessionEnds;
  @Autowired private EndedTokens endedTokens;

  /** As every verifier heard of it. */
  private boolean hasEnded(Api.Answer session) {
    return endedTokens.hasEnded(new SessionId(session.field("session_id")));
  }

  @Test
  void anErasedPersonIsSignedOutAndUnknown() {
    Membership membership = org().member(email);
    Api.Answer session = signedIn(email);

    assertThat(erasure.erase(membership.person)).isTrue();

    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(401);
    assertThat(refresh(session.field("refresh_token")).status()).isEqualTo(401);
    assertThat(signIn(email).code()).isEqualTo("401 invalid_credentials");
    assertThat(
            api.post(
                    "/internal/v1/people/data-keys",
                    internalTokens.make(ServicePair.QUERY_TO_TOKEN),
                    Map.of("people", java.util.List.of(membership.person.value())))
                .text())
        .isEqualTo("{\"keys\":[]}");
  }

  @Test
  void aWaitOfNothingIsAnsweredHonestlyAtOnce() {
    org().member(email);
    Api.Answer session = signedIn(email);

    Api.Answer ended =
        api.delete(
            "/v1/sessions/current", session.field("access_token"), Map.of("Prefer", "wait=0"));

    assertThat(ended.status()).isEqualTo(204);
    assertThat(ended.header("Keyledger-In-Force")).isIn("true", "false");
    assertThat(ended.header("Preference-Applied")).isEqualTo("wait=0");
  }

  private Api.Answer changePassword(Api.Answer session, String current, String wanted) {
    return api.post(
        "/v1/me/password",
        session.field("access_token"),
        Map.of("current_password", current, "new_password", wanted));
  }
}
