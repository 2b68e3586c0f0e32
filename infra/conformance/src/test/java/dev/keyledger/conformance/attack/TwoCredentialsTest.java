package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A client that shows two credentials is no caller: no two parts of the platform may pick
 * differently.
 */
class TwoCredentialsTest extends Attack {
  /**
   * @param good a credential that is good here
   * @param other another that is good somewhere
   */
  private record Place(String title, Request request, String good, String other) {
    List<Request> combinations() {
      return List.of(
          request.as(good).as(good),
          request.as(good).as(other),
          request.as(other).as(good),
          request.as(good).with("X-Api-Key", good),
          request.as(good).with("X-Api-Key", other),
          request.as(other).with("X-Api-Key", good),
          request.with("X-Api-Key", other).as(good),
          request.with("X-Api-Key", good).with("X-Api-Key", good),
          request.with("X-Api-Key", good).with("X-Api-Key", other),
          request.as(good).with("X-Api-Key", "nonsense"),
          request.as(good).with("Authorization", "Basic bm86Ym9keQ=="),
          request.with("Authorization", "Bearer " + good + ", Bearer " + good),
          request.with("Authorization", "Bearer " + good + "," + other),
          request.with("Authorization", "Bearer " + good + " " + good),
          request.with("X-Api-Key", good + "," + other));
    }

    /** What is in the address is no credential: it ends up in logs and histories. */
    List<Request> inAddress() {
      return Stream.of("access_token", "api_key", "token", "key", "authorization")
          .map(name -> request.target(request.target() + "?" + name + "=" + good))
          .toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> requests() {
    return places().stream()
        .map(place ->
            sentence(
                "Two credentials are one too many at " + place.title(),
                () -> {
                  for (Request request : place.combinations()) {
                    refused(401, request);
                  }
                  for (Request request : place.inAddress()) {
                    refused(401, request);
                  }
                  // The control, and that nothing above has ended it.
                  assertThat(ask(place.request().as(place.good())).status())
                      .as(place.title())
                      .isNotEqualTo(401);
                }));
  }

  private List<Place> places() {
    Map<String, String> known =
        given(
            "incard-twice is a live organisation on incard",
            "ida is owner of incard-twice and signed in",
            "incard-key is a live key of ida in incard-twice",
            "incrm-twice is a live organisation on incrm",
            "iris is owner of incrm-twice and signed in at InCRM",
            "incrm-key is an unscoped InCRM key of iris",
            "sync-twice is a live organisation on syncgram-pay",
            "sid is owner of sync-twice and signed in at Syncgram Pay",
            "sync-key is the Syncgram Pay key of sid",
            "octo-twice is a live organisation on octopus-cards",
            "pair is an operator-issued production key of octo-twice",
            "octo-twice logs in at Octopus Cards with pair");
    String opaque =
        succeed(Request.post("/auth/v1/token", Map.of("api_key", known.get("incard-key.secret"))))
            .field("access_token");
    String iris = known.get("iris.token");
    String robot = known.get("incrm-key.secret");
    String sid = known.get("sid.token");
    String org = "/v1/organizations/" + known.get("incrm-twice.slug");
    return List.of(
        new Place("Incard's resources", Request.get("/developer/companies"), opaque, robot),
        new Place("InCRM's resources", Request.get("/api/v1/client"), iris, robot),
        new Place("InCRM's resources, of a key", Request.get("/api/v1/client"), robot, iris),
        new Place(
            "InCRM's keys", Request.post("/api/v1/api-key", Map.of("name", "twice")), iris, robot),
        new Place(
            "Syncgram Pay's resources",
            Request.get("/api/v1/payments"),
            known.get("sync-key.secret"),
            sid),
        new Place(
            "Syncgram Pay's keys",
            Request.get("/api/v1/auth/api-keys"),
            sid,
            known.get("sync-key.secret")),
        new Place(
            "Octopus Cards' resources",
            Request.get("/api/v1/products"),
            known.get("octo-twice.token"),
            robot),
        new Place("reads", Request.get(org + "/keys"), iris, robot),
        new Place(
            "commands",
            Request.post(org + "/keys", Map.of("name", "twice", "environment", "live")),
            iris,
            robot),
        new Place("sessions", Request.get("/v1/sessions"), iris, sid),
        new Place("/v1/authorize", Request.get("/v1/authorize"), iris, robot));
  }

  @TestFactory
  Stream<DynamicTest> otherPlacesOfCredentials() {
    return Stream.of(
        sentence(
            "Two refresh cookies at InCRM are as good as none, and end nothing", this::twoCookies),
        sentence(
            "A client that authenticates twice at the OAuth endpoint is refused",
            this::twoClientAuthentications),
        sentence("A credential doubled in a body is refused", this::doubledFields),
        sentence("Two credentials at InCRM's logout end nothing", this::logoutWithTwo));
  }

  private void twoCookies() {
    String org = someone("cookies");
    String who = someone("cora");
    Map<String, String> known =
        given(
            org + " is a live organisation on incrm",
            who + " is owner of " + org + " and signed in at InCRM");
    String cookie = known.get(who + ".cookie");
    Request refresh = Request.post("/api/v1/auth/token/refresh");
    for (String cookies :
        List.of(
            "refreshToken=%1$s; refreshToken=%1$s",
            "refreshToken=nonsense; refreshToken=%1$s",
            "refreshToken=%1$s; refreshToken=nonsense",
            "refreshToken=; refreshToken=%1$s")) {
      Answered answer = ask(refresh.with("Cookie", cookies.formatted(cookie)));
      assertThat(answer.json().at("/error/code").asInt()).as(cookies).isEqualTo(401012);
    }
    Answered twoLines =
        ask(
            refresh
                .with("Cookie", "refreshToken=" + cookie)
                .with("Cookie", "refreshToken=" + cookie));
    assertThat(twoLines.json().at("/error/code").asInt()).isEqualTo(401012);
    succeed(refresh.with("Cookie", "refreshToken=" + cookie));
  }

  private void logoutWithTwo() {
    String org = someone("leaving");
    String who = someone("lea");
    Map<String, String> known =
        given(
            org + " is a live organisation on incrm",
            who + " is owner of " + org + " and signed in at InCRM",
            "robot is an unscoped InCRM key of " + who);
    String token = known.get(who + ".token");
    Request logout = Request.post("/api/v1/auth/logout");
    refused(401, logout.as(token).as(token));
    refused(401, logout.as(token).with("X-Api-Key", known.get("robot.secret")));
    refused(401, logout.as(known.get("robot.secret")));
    succeed(Request.get("/api/v1/client").as(token));
    succeed(logout.as(token));
  }

  private void twoClientAuthentications() {
    Map<String, String> known =
        given(
            "twice is a live organisation on octopus-cards",
            "pair is an operator-issued production key of twice");
    String id = known.get("pair.id");
    String secret = known.get("pair.secret");
    String basic = "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes());
    Map<String, String> inBody =
        Map.of("grant_type", "client_credentials", "client_id", id, "client_secret", secret);
    Map<String, String> grant = Map.of("grant_type", "client_credentials");
    Request post = Request.post("/oauth2/token");
    for (Request request :
        List.of(
            post.form(inBody).with("Authorization", basic),
            post.form(grant).with("Authorization", basic).with("Authorization", basic),
            post.form(inBody).with("X-Api-Key", secret),
            post.form(inBody).as(secret),
            post.with("Content-Type", "application/x-www-form-urlencoded")
                .body(
                    ("grant_type=client_credentials&client_id=%s&client_secret=%s&client_secret=%s"
                            .formatted(id, secret, secret))
                        .getBytes()))) {
      assertThat(ask(request).status()).as(request.lines().toString()).isIn(400, 401);
    }
    succeed(post.form(inBody));
    succeed(post.form(grant).with("Authorization", basic));
  }

  private void doubledFields() {
    Map<String, String> known =
        given(
            "twofold is a live organisation on incard",
            "tova is owner of twofold and signed in",
            "key is a live key of tova in twofold",
            "octo is a live organisation on octopus-cards",
            "pair is an operator-issued production key of octo");
    Map<String, String> bodies =
        Map.of(
            "/auth/v1/token",
            "{\"api_key\":\"nonsense\",\"api_key\":\"%s\"}".formatted(known.get("key.secret")),
            "/v1/tokens",
            "{\"api_key\":\"nonsense\",\"api_key\":\"%s\"}".formatted(known.get("key.secret")),
            "/auth/login",
            "{\"username\":\"%s\",\"password\":\"x\",\"password\":\"%s\"}"
                .formatted(known.get("pair.id"), known.get("pair.secret")),
            "/v1/sessions",
            "{\"email\":\"%1$s\",\"password\":\"x\",\"password\":\"%2$s\"}"
                .formatted(known.get("tova.email"), PASSWORD));
    bodies.forEach((path, body) -> {
      Answered answer =
          ask(Request.post(path).with("Content-Type", "application/json").body(body.getBytes()));
      assertThat(answer.status()).as(path + ": " + answer).isIn(400, 401, 422);
    });
  }
}
