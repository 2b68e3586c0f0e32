package dev.keyledger.conformance.attack;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.Map;
import java.util.function.Function;

/**
 * A kind of refresh token.
 *
 * @param begin makes one more, with the help of an attack
 * @param refresh exchanges one
 * @param next the one that came of it
 * @param use of the access token beside it, or of none where access tokens run out by themselves
 */
record Refreshed(
    String title,
    Function<Attack, String> begin,
    Function<String, Request> refresh,
    Function<Answered, String> next,
    Function<Answered, Request> use) {

  private static final Function<Answered, Request> NONE = answer -> Request.get("/none");

  static final Refreshed SESSION =
      new Refreshed(
          "a session",
          attack -> signedIn(attack, "standard", "%s is owner of %s and signed in", "refresh"),
          token -> Request.post("/v1/sessions/refresh", Map.of("refresh_token", token)),
          answer -> answer.field("refresh_token"),
          answer -> Request.get("/v1/authorize").as(answer.field("access_token")));

  static final Refreshed INCRM =
      new Refreshed(
          "an InCRM cookie",
          attack -> signedIn(attack, "incrm", "%s is owner of %s and signed in at InCRM", "cookie"),
          token ->
              Request.post("/api/v1/auth/token/refresh").with("Cookie", "refreshToken=" + token),
          answer -> answer.cookie("refreshToken"),
          answer -> Request.get("/api/v1/client").as(answer.field("data.accessToken")));

  static final Refreshed SYNCGRAM_PAY =
      new Refreshed(
          "a Syncgram Pay session",
          attack ->
              signedIn(
                  attack,
                  "syncgram-pay",
                  "%s is owner of %s and signed in at Syncgram Pay",
                  "refresh"),
          token -> Request.post("/auth/refresh", Map.of("refresh_token", token)),
          answer -> answer.field("refresh_token"),
          answer -> Request.get("/api/v1/auth/api-keys").as(answer.field("access_token")));

  static final Refreshed OCTOPUS_CARDS =
      new Refreshed(
          "an Octopus Cards pair",
          attack -> {
            Map<String, String> known = pair(attack);
            return attack
                .succeed(
                    Request.post(
                        "/auth/login",
                        Map.of(
                            "username", known.get("pair.id"),
                            "password", known.get("pair.secret"))))
                .field("refresh_token");
          },
          token -> Request.post("/auth/login/refresh", Map.of("refresh_token", token)),
          answer -> answer.field("refresh_token"),
          NONE);

  static final Refreshed KEY =
      new Refreshed(
          "a key at the OAuth endpoint",
          attack -> {
            Map<String, String> known = pair(attack);
            return attack
                .succeed(
                    Request.post(
                        "/v1/tokens",
                        Map.of(
                            "key_id", known.get("pair.id"),
                            "secret", known.get("pair.secret"))))
                .field("refresh_token");
          },
          token ->
              Request.post("/oauth2/token")
                  .form(Map.of("grant_type", "refresh_token", "refresh_token", token)),
          answer -> answer.field("refresh_token"),
          NONE);

  private static String signedIn(Attack attack, String preset, String wording, String token) {
    String org = Attack.someone("kept");
    String who = Attack.someone("kit");
    return attack
        .given(org + " is a live organisation on " + preset, wording.formatted(who, org))
        .get(who + "." + token);
  }

  private static Map<String, String> pair(Attack attack) {
    String org = Attack.someone("kept");
    return attack.given(
        org + " is a live organisation on octopus-cards",
        "pair is an operator-issued production key of " + org);
  }

  static Refreshed[] values() {
    return new Refreshed[] {SESSION, INCRM, SYNCGRAM_PAY, OCTOPUS_CARDS, KEY};
  }

  /** Whether its policy has an answer given again to the client that asked for it. */
  boolean answersAgain() {
    return this != SYNCGRAM_PAY;
  }

  boolean endsAccess() {
    return use != NONE;
  }

  @Override
  public String toString() {
    return title;
  }
}
