package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Another organisation is no way from a token that runs out to one that doesn't. */
class SwitchingTest extends Attack {
  @TestFactory
  Stream<DynamicTest> switches() {
    return Stream.of(
        sentence(
            "A stolen access token becomes no refresh token by switching",
            () -> {
              Stolen canonical = signedIn("standard", "%s is owner of %s and signed in", "refresh");
              Stolen incrm =
                  signedIn("incrm", "%s is owner of %s and signed in at InCRM", "cookie");
              for (Stolen stolen : new Stolen[] {canonical, incrm}) {
                refused(422, switchTo(Map.of("organization", stolen.slug()), stolen.access()));
                refused(401, switchTo(stolen, "klr_anything"));
              }
              refused(401, switchTo(canonical, incrm.refresh()));
              succeed(refresh(canonical.refresh()));
            }),
        sentence(
            "What a thief switched to ends once a token from before comes back",
            () -> {
              Stolen stolen = signedIn("standard", "%s is owner of %s and signed in", "refresh");
              Answered thief = succeed(switchTo(stolen, stolen.refresh()));
              succeed(sessions(thief));
              refused(401, refresh(stolen.refresh()));
              refused(401, sessions(thief));
              refused(401, refresh(thief.field("refresh_token")));
            }),
        sentence(
            "What a thief switched to from InCRM ends once the cookie from before comes back",
            () -> {
              Stolen stolen =
                  signedIn("incrm", "%s is owner of %s and signed in at InCRM", "cookie");
              Answered thief = succeed(switchTo(stolen, stolen.refresh()));
              succeed(sessions(thief));
              refused(
                  401,
                  Request.post("/api/v1/auth/token/refresh")
                      .with("Cookie", "refreshToken=" + stolen.refresh()));
              refused(401, sessions(thief));
              refused(401, refresh(thief.field("refresh_token")));
            }),
        sentence(
            "Whoever ends a session by its refresh token ends what was switched to",
            () -> {
              Stolen stolen = signedIn("standard", "%s is owner of %s and signed in", "refresh");
              Answered other =
                  succeed(Door.CANONICAL.signIn(stolen.email(), PASSWORD, "203.0.113.80"));
              Answered thief = succeed(switchTo(stolen, stolen.refresh()));
              succeed(
                  Request.post("/oauth2/revoke")
                      .form(Map.of("token", stolen.refresh()))
                      .as(other.field("access_token")));
              refused(401, sessions(thief));
              assertThat(ask(sessions(other)).status()).isEqualTo(200);
            }));
  }

  private record Stolen(String email, String slug, String access, String refresh) {}

  private Stolen signedIn(String preset, String wording, String refresh) {
    String org = someone("left");
    String who = someone("lena");
    Map<String, String> known =
        given(org + " is a live organisation on " + preset, wording.formatted(who, org));
    return new Stolen(
        known.get(who + ".email"),
        known.get(org + ".slug"),
        known.get(who + ".token"),
        known.get(who + "." + refresh));
  }

  private static Request switchTo(Stolen stolen, String refreshToken) {
    return switchTo(
        Map.of("organization", stolen.slug(), "refresh_token", refreshToken), stolen.access());
  }

  private static Request switchTo(Map<String, String> body, String token) {
    return Request.post("/v1/sessions/current/organization", body).as(token);
  }

  private static Request refresh(String token) {
    return Request.post("/v1/sessions/refresh", Map.of("refresh_token", token));
  }

  private static Request sessions(Answered session) {
    return Request.get("/v1/sessions").as(session.field("access_token"));
  }
}
