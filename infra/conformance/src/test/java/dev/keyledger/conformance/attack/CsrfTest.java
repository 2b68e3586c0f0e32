package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Another site's page signs no visitor in, keeps no session alive and reads no answer. */
class CsrfTest extends Attack {
  private static final String FROM = "203.0.113.80";
  private static final String LISTED = "https://app.example";

  /** What a page can have a browser send without asking first. */
  private static final List<String> FORMS =
      List.of(
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "text/plain",
          "text/plain;charset=application/json",
          "text/plain, application/json",
          "application/jsonp",
          "");

  private static final List<String> FOREIGN =
      List.of(
          "https://evil.example",
          "http://app.example",
          "https://app.example:8443",
          "https://app.example.evil.example",
          "https://evil.example/https://app.example",
          "https://evilapp.example",
          "https://APP.example",
          "https://app.example/",
          "null",
          "file://",
          "");

  @TestFactory
  Stream<DynamicTest> forms() {
    return Stream.of(Door.values())
        .map(door ->
            sentence(
                "A form on another site's page signs nobody in at " + door, () -> formPosts(door)));
  }

  private void formPosts(Door door) {
    String org = someone("forms");
    String who = someone("finn");
    Map<String, String> known =
        given(org + " is a live organisation on " + door.preset(), who + " is owner of " + org);
    Request signIn = door.signIn(known.get(who + ".email"), PASSWORD, FROM);
    for (String type : FORMS) {
      Answered answer =
          ask(
              type.isEmpty()
                  ? signIn.without("Content-Type")
                  : signIn.replacing("Content-Type", type));
      assertThat(answer.status()).as(type + ": " + answer).isEqualTo(415);
      assertThat(answer.all("Set-Cookie")).isEmpty();
    }
    Answered form =
        ask(
            Request.post(door.path())
                .form(Map.of("email", known.get(who + ".email"), "password", PASSWORD)));
    assertThat(form.status()).as(form.toString()).isEqualTo(415);
  }

  @TestFactory
  Stream<DynamicTest> origins() {
    return Stream.of(
        sentence(
            "An origin off InCRM's list signs in nobody, refreshes nothing and ends nothing",
            this::foreignOrigins),
        sentence(
            "InCRM's cookie is good for a refresh alone, and for no page off the list",
            this::cookieOfIncrm),
        sentence("No answer of the others lets another site's page read it", this::readingAnswers));
  }

  private void foreignOrigins() {
    String org = someone("origins");
    String who = someone("orla");
    Map<String, String> known =
        given(
            org + " is a live organisation on incrm",
            who + " is owner of " + org + " and signed in at InCRM");
    String token = known.get(who + ".token");
    Request refresh =
        Request.post("/api/v1/auth/token/refresh")
            .with("Cookie", "refreshToken=" + known.get(who + ".cookie"));
    List<Request> requests =
        List.of(
            Door.INCRM.signIn(known.get(who + ".email"), PASSWORD, FROM),
            refresh,
            Request.post("/api/v1/auth/logout").as(token),
            Request.post("/api/v1/api-key", Map.of("name", "foreign")).as(token),
            Request.get("/api/v1/client").as(token));
    for (Request request : requests) {
      for (String origin : FOREIGN) {
        forbidden(request.with("Origin", origin));
      }
      forbidden(request.with("Origin", LISTED).with("Origin", "https://evil.example"));
      forbidden(request.with("Origin", "https://evil.example").with("Origin", LISTED));
      forbidden(request.with("Origin", LISTED + " https://evil.example"));
    }
    // Nothing of this has ended the session, nor used its cookie up.
    succeed(Request.get("/api/v1/client").as(token).with("Origin", LISTED));
    succeed(refresh.with("Origin", LISTED));
  }

  private void forbidden(Request request) {
    Answered answer = ask(request);
    assertThat(answer.status()).as(request.target() + request.lines() + answer).isEqualTo(403);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(403000);
    assertThat(answer.all("Access-Control-Allow-Origin")).isEmpty();
    assertThat(answer.all("Set-Cookie")).isEmpty();
  }

  private void cookieOfIncrm() {
    String org = someone("cookie");
    String who = someone("coco");
    Map<String, String> known =
        given(org + " is a live organisation on incrm", who + " is owner of " + org);
    Answered signedIn = succeed(Door.INCRM.signIn(known.get(who + ".email"), PASSWORD, FROM));
    assertThat(signedIn.all("Set-Cookie"))
        .singleElement()
        .asString()
        // The listed origin is of another site; where none is, the contract has it Strict.
        .contains("SameSite=None", "Secure", "HttpOnly", "Path=/api/v1/auth/token/refresh")
        .doesNotContain("Domain");
    String cookie = "refreshToken=" + signedIn.cookie("refreshToken");
    for (String type : FORMS) {
      if (!type.isEmpty()) {
        Answered answer =
            ask(
                Request.post("/api/v1/auth/token/refresh")
                    .with("Content-Type", type)
                    .with("Cookie", cookie)
                    .body("a=b".getBytes()));
        assertThat(answer.status()).as(type + ": " + answer).isEqualTo(415);
      }
    }
    // It may come along from any page, whose origin no browser leaves out.
    for (String origin : FOREIGN) {
      forbidden(
          Request.post("/api/v1/auth/token/refresh").with("Cookie", cookie).with("Origin", origin));
    }
    refused(405, Request.get("/api/v1/auth/token/refresh").with("Cookie", cookie));
    // It is good for a refresh alone.
    refused(401, Request.get("/api/v1/client").with("Cookie", cookie));
    refused(401, Request.post("/api/v1/auth/logout").with("Cookie", cookie));
    refused(401, Request.get("/v1/sessions").with("Cookie", cookie));
    succeed(Request.post("/api/v1/auth/token/refresh").with("Cookie", cookie));
  }

  private void readingAnswers() {
    for (String path :
        List.of(
            "/v1/sessions",
            "/v1/sessions/refresh",
            "/v1/tokens",
            "/v1/organizations",
            "/oauth2/token",
            "/auth/v1/token",
            "/auth/v1/sandbox/token",
            "/developer/companies",
            "/auth/login",
            "/auth/login/refresh",
            "/api/v1/products",
            "/api/v1/auth/login",
            "/api/v1/auth/login/verify",
            "/auth/refresh",
            "/api/v1/auth/refresh",
            "/api/v1/auth/api-keys",
            "/api/v1/payments")) {
      for (Request request :
          List.of(
              Request.post(path, Map.of()),
              Request.get(path),
              Request.of("OPTIONS", path)
                  .with("Access-Control-Request-Method", "POST")
                  .with("Access-Control-Request-Headers", "authorization, content-type"))) {
        Answered answer = ask(request.with("Origin", "https://evil.example"));
        assertThat(answer.headers())
            .as(request.method() + " " + path)
            .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("access-control-"));
      }
    }
  }
}
