package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * An attacker who knows a password alone comes to what asks for no more, and from there to nothing
 * that does.
 */
class SecondStepTest extends Attack {
  private static final String FROM = "203.0.113.70";

  @TestFactory
  Stream<DynamicTest> sessions() {
    return Stream.of(
        sentence(
            "From an InCRM session nobody switches to Syncgram Pay past the second step",
            this::switching),
        sentence(
            "An InCRM session without the second step changes nothing of a person who has one",
            this::account),
        sentence(
            "An access token alone sets up no second step and replaces none",
            this::withoutThePassword),
        sentence(
            "A challenge of one system is none in another, and no session comes of it alone",
            this::challenges),
        sentence(
            "Whoever has no second step gets no Syncgram Pay session, nor sets one up by it",
            this::enrolling));
  }

  /** A member at InCRM and at Syncgram Pay, of whom an attacker knows the password. */
  private record Victim(
      String email, String totp, String incrm, String syncgram, String syncgramId) {}

  private Victim victim() {
    String lenient = someone("lenient");
    String strict = someone("strict");
    String who = someone("vito");
    Map<String, String> known =
        given(
            lenient + " is a live organisation on incrm",
            who + " is owner of " + lenient + " and signed in at InCRM",
            strict + " is a live organisation on syncgram-pay",
            who + " is also owner of " + strict);
    String token = known.get(who + ".token");
    String secret =
        succeed(Request.post("/v1/me/totp", Map.of("current_password", PASSWORD)).as(token))
            .field("secret");
    succeed(
        Request.post("/v1/me/totp/confirm", Map.of("code", code(secret, Duration.ZERO))).as(token));
    return new Victim(
        known.get(who + ".email"),
        secret,
        known.get(lenient + ".slug"),
        known.get(strict + ".slug"),
        known.get(strict + ".id"));
  }

  private String skipping(Victim victim) {
    return skippingWith(victim).field("data.accessToken");
  }

  private Answered skippingWith(Victim victim) {
    return succeed(Door.INCRM.signIn(victim.email(), PASSWORD, FROM));
  }

  private static Request switchTo(String organization, Answered skipping) {
    return Request.post(
            "/v1/sessions/current/organization",
            Map.of("organization", organization, "refresh_token", skipping.cookie("refreshToken")))
        .as(skipping.field("data.accessToken"));
  }

  private void switching() {
    Victim victim = victim();
    Answered skipping = skippingWith(victim);
    String token = skipping.field("data.accessToken");
    for (String name : List.of(victim.syncgram(), victim.syncgramId())) {
      Answered due = ask(switchTo(name, skipping));
      assertThat(due.status()).as(due.toString()).isEqualTo(202);
      assertThat(due.text()).doesNotContain("access_token", "refresh_token");
    }
    refused(401, Request.get("/api/v1/auth/api-keys").as(token));
    refused(
        401, Request.post("/api/v1/auth/api-keys", Map.of("key_name", "past the step")).as(token));
    String keys = "/v1/organizations/" + victim.syncgram() + "/keys";
    refused(403, Request.get(keys).as(token));
    refused(403, Request.post(keys, Map.of("name", "k", "environment", "live")).as(token));
    String challenge = ask(switchTo(victim.syncgram(), skipping)).field("challenge");
    Request verify =
        Request.post("/v1/sessions/verify", Map.of("challenge", challenge, "code", "000000"));
    refused(401, verify);
    // The control: the victim, who has the authenticator, comes through.
    Answered through =
        ask(
            Request.post(
                "/v1/sessions/verify",
                Map.of(
                    "challenge", challenge, "code", code(victim.totp(), Duration.ofSeconds(30)))));
    assertThat(through.status()).as(through.toString()).isEqualTo(201);
    succeed(Request.get(keys).as(through.field("access_token")));
  }

  private void account() {
    Victim victim = victim();
    String token = skipping(victim);
    String other = skipping(victim);
    for (Request request :
        List.of(
            Request.post(
                "/v1/me/password",
                Map.of("current_password", PASSWORD, "new_password", "mallory has it now 5")),
            Request.post("/v1/me/totp", Map.of("current_password", PASSWORD)),
            Request.post(
                "/v1/me/totp",
                Map.of(
                    "current_password",
                    PASSWORD,
                    "code",
                    code(victim.totp(), Duration.ofSeconds(30)))),
            Request.post("/v1/me/totp/confirm", Map.of("code", "000000")),
            Request.get("/v1/sessions"),
            Request.of("DELETE", "/v1/sessions/" + sessionOf(other)))) {
      refused(403, request.as(token));
    }
    String evil = someone("evil");
    String invitation =
        succeed(
                asOperator(
                    Request.post(
                            "/v1/organizations/"
                                + given(evil + " is a live organisation on incrm")
                                    .get(evil + ".slug")
                                + "/members",
                            Map.of("email", victim.email(), "role", "owner"))
                        .with("Prefer", "wait=10")))
            .field("invitation_token");
    Answered joined =
        ask(Request.post("/v1/invitations/accept", Map.of("token", invitation)).as(token));
    assertThat(joined.status()).as(joined.toString()).isIn(401, 403);
    succeed(Request.get("/api/v1/client").as(other));
    // A refresh is no way round it either.
    Answered signedIn = succeed(Door.INCRM.signIn(victim.email(), PASSWORD, FROM));
    Answered refreshed =
        succeed(
            Request.post("/api/v1/auth/token/refresh")
                .with("Cookie", "refreshToken=" + signedIn.cookie("refreshToken")));
    refused(403, Request.get("/v1/sessions").as(refreshed.field("data.accessToken")));
  }

  private static String sessionOf(String jwt) {
    String claims = new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
    return claims.replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
  }

  private String challengeOf(Victim victim, String from) {
    return succeed(
            Request.post(
                    "/v1/sessions",
                    Map.of(
                        "email", victim.email(),
                        "password", PASSWORD,
                        "organization", victim.syncgram()))
                .with("X-Forwarded-For", from))
        .field("challenge");
  }

  private void withoutThePassword() {
    String org = someone("stolen");
    String who = someone("sue");
    String token =
        given(
                org + " is a live organisation on standard",
                who + " is owner of " + org + " and signed in")
            .get(who + ".token");
    refused(422, Request.post("/v1/me/totp", Map.of()).as(token));
    refused(401, Request.post("/v1/me/totp", Map.of("current_password", "a guess")).as(token));
    Victim victim = victim();
    String whole =
        succeed(
                verified(
                    "/v1/sessions/verify",
                    challengeOf(victim, FROM),
                    code(victim.totp(), Duration.ofSeconds(30))))
            .field("access_token");
    refused(
        401,
        Request.post("/v1/me/totp", Map.of("current_password", "a guess", "code", "000000"))
            .as(whole));
  }

  private void challenges() {
    Victim victim = victim();
    Answered canonical =
        ask(
            Request.post(
                "/v1/sessions",
                Map.of(
                    "email", victim.email(),
                    "password", PASSWORD,
                    "organization", victim.syncgram())));
    assertThat(canonical.status()).as(canonical.toString()).isEqualTo(202);
    Answered syncgram = ask(Door.SYNCGRAM_PAY.signIn(victim.email(), PASSWORD, FROM));
    assertThat(syncgram.status()).as(syncgram.toString()).isEqualTo(202);
    String code = code(victim.totp(), Duration.ofSeconds(30));
    refused(401, verified("/api/v1/auth/login/verify", canonical.field("challenge"), code));
    refused(401, verified("/v1/sessions/verify", syncgram.field("challenge"), code));
    for (String challenge : List.of(canonical.field("challenge"), syncgram.field("challenge"))) {
      refused(401, Request.get("/v1/authorize").as(challenge));
      refused(401, Request.get("/v1/sessions").as(challenge));
      refused(401, Request.post("/auth/refresh", Map.of("refresh_token", challenge)));
      refused(401, Request.post("/v1/sessions/refresh", Map.of("refresh_token", challenge)));
    }
    succeed(verified("/api/v1/auth/login/verify", syncgram.field("challenge"), code));
  }

  private static Request verified(String path, String challenge, String code) {
    return Request.post(path, Map.of("challenge", challenge, "code", code));
  }

  private void enrolling() {
    String org = someone("strict");
    String who = someone("una");
    Map<String, String> known =
        given(org + " is a live organisation on syncgram-pay", who + " is owner of " + org);
    Answered refused = ask(Door.SYNCGRAM_PAY.signIn(known.get(who + ".email"), PASSWORD, FROM));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
    assertThat(refused.text()).doesNotContain("token", "challenge");
    // What the canonical API gives instead sets a second step up, and does nothing else.
    String enrolling =
        succeed(Door.CANONICAL.signIn(known.get(who + ".email"), PASSWORD, FROM))
            .field("access_token");
    String keys = "/v1/organizations/" + known.get(org + ".slug") + "/keys";
    for (Request request :
        List.of(
            Request.get(keys),
            Request.post(keys, Map.of("name", "k", "environment", "live")),
            Request.get("/v1/sessions"),
            Request.get("/api/v1/auth/api-keys"),
            Request.get("/api/v1/payments"))) {
      Answered answer = ask(request.as(enrolling));
      assertThat(answer.status()).as(request.target() + ": " + answer).isIn(401, 403);
    }
  }
}
