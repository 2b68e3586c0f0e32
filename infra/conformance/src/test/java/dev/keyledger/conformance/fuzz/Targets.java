package dev.keyledger.conformance.fuzz;

import static dev.keyledger.conformance.fuzz.Dialect.INCARD;
import static dev.keyledger.conformance.fuzz.Dialect.INCRM;
import static dev.keyledger.conformance.fuzz.Dialect.OCTOPUS_CARDS;
import static dev.keyledger.conformance.fuzz.Dialect.SYNCGRAM_PAY;

import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Every endpoint of every dialect, with a good request of an organisation that is the fuzzer's own.
 * A test compares this list with what the gateway says that it answers.
 */
final class Targets {
  private static final String PASSWORD = "an honest long pass phrase 7";

  private final Platform platform;
  private final Map<String, String> known;
  private final String opaque;
  private final AtomicInteger addresses = new AtomicInteger();

  Targets(Platform platform) {
    this.platform = platform;
    this.known = new ConcurrentHashMap<>();
    known.putAll(
        platform
            .stage()
            .given(
                "fuzz-incard is a live organisation on incard",
                "fred is owner of fuzz-incard and signed in",
                "fuzz-box is a sandbox key of fred in fuzz-incard",
                "fuzz-live is a live key of fred in fuzz-incard",
                "fuzz-incrm is a live organisation on incrm",
                "frida is owner of fuzz-incrm and signed in at InCRM",
                "fay is owner of fuzz-incrm",
                "felix is owner of fuzz-incrm",
                "ferris is owner of fuzz-incrm and signed in at InCRM",
                "fuzz-robot is an unscoped InCRM key of ferris",
                "fuzz-sync is a live organisation on syncgram-pay",
                "faith is owner of fuzz-sync and signed in at Syncgram Pay",
                "floyd is owner of fuzz-sync and signed in at Syncgram Pay",
                "fern is owner of fuzz-sync and signed in at Syncgram Pay",
                "flora is owner of fuzz-sync and has an authenticator",
                "frank is owner of fuzz-sync and has an authenticator",
                "fuzz-server is the Syncgram Pay key of faith",
                "fuzz-octo is a live organisation on octopus-cards",
                "fuzz-pair is an operator-issued production key of fuzz-octo",
                "fuzz-octo logs in at Octopus Cards with fuzz-pair"));
    this.opaque =
        ask(Request.post("/auth/v1/token", Map.of("api_key", known.get("fuzz-live.secret"))))
            .field("access_token");
  }

  List<Target> all() {
    return List.of(
        // Incard
        same(
            INCARD,
            "POST",
            "/auth/v1/sandbox/token",
            Request.post(
                "/auth/v1/sandbox/token", Map.of("api_key", known.get("fuzz-box.secret")))),
        same(
            INCARD,
            "POST",
            "/auth/v1/token",
            Request.post("/auth/v1/token", Map.of("api_key", known.get("fuzz-live.secret")))),
        same(INCARD, "any", "/developer/**", Request.get("/developer/companies").as(opaque)),

        // InCRM
        same(INCRM, "POST", "/api/v1/auth/sign-in", signIn("/api/v1/auth/sign-in", "felix")),
        incrmRefresh(),
        incrmLogout(),
        same(
            INCRM,
            "POST",
            "/api/v1/api-key",
            Request.post(
                    "/api/v1/api-key",
                    Map.of(
                        "name", "fuzz",
                        "scopes", List.of("clients.read"),
                        "expiresAt", "2050-01-01T00:00:00.000Z"))
                .as(known.get("frida.token"))),
        same(
            INCRM,
            "GET",
            "/api/v1/client",
            Request.get("/api/v1/client").as(known.get("frida.token"))),

        // Syncgram Pay
        syncgramLogin(),
        syncgramVerify(),
        syncgramRefresh("/auth/refresh", "floyd"),
        syncgramRefresh("/api/v1/auth/refresh", "fern"),
        same(
            SYNCGRAM_PAY,
            "POST",
            "/api/v1/auth/api-keys",
            Request.post(
                    "/api/v1/auth/api-keys",
                    Map.of(
                        "key_name", "fuzz",
                        "expires_in_days", 30,
                        "idempotency_key", "fuzz-1",
                        "env", "live"))
                .as(known.get("faith.token"))),
        same(
            SYNCGRAM_PAY,
            "GET",
            "/api/v1/auth/api-keys",
            Request.get("/api/v1/auth/api-keys").as(known.get("faith.token"))),
        same(
            SYNCGRAM_PAY,
            "POST",
            "/api/v1/auth/api-keys/{api_key_id}/revoke",
            Request.post("/api/v1/auth/api-keys/key_00000000-0000-7000-8000-000000000001/revoke")
                .as(known.get("faith.token"))),
        same(
            SYNCGRAM_PAY,
            "GET",
            "/api/v1/payments",
            Request.get("/api/v1/payments").as(known.get("fuzz-server.secret"))),
        same(
            SYNCGRAM_PAY,
            "POST",
            "/api/v1/payments",
            Request.post("/api/v1/payments").as(known.get("fuzz-server.secret"))),

        // Octopus Cards
        same(
            OCTOPUS_CARDS,
            "POST",
            "/auth/login",
            Request.post(
                "/auth/login",
                Map.of(
                    "username", known.get("fuzz-pair.id"),
                    "password", known.get("fuzz-pair.secret")))),
        octopusRefresh(),
        same(
            OCTOPUS_CARDS,
            "any",
            "/api/v1/products",
            Request.get("/api/v1/products").as(known.get("fuzz-octo.token"))));
  }

  /** Good ones, each where it belongs. */
  List<String> credentials() {
    return List.of(
        known.get("fuzz-box.secret"),
        known.get("fuzz-live.secret"),
        opaque,
        known.get("fred.token"),
        known.get("ferris.token"),
        known.get("fuzz-robot.secret"),
        known.get("floyd.token"),
        known.get("fuzz-server.secret"),
        known.get("fuzz-pair.secret"),
        known.get("fuzz-octo.token"));
  }

  private static Target same(Dialect dialect, String method, String pattern, Request good) {
    return new Target(dialect, method, pattern, () -> good, answer -> {}, () -> {});
  }

  private Request signIn(String path, String who) {
    return Request.post(path, Map.of("email", known.get(who + ".email"), "password", PASSWORD));
  }

  private Target incrmRefresh() {
    var cookie = new AtomicReference<>(known.get("frida.cookie"));
    return new Target(
        INCRM,
        "POST",
        "/api/v1/auth/token/refresh",
        () ->
            Request.post("/api/v1/auth/token/refresh")
                .with("Cookie", "refreshToken=" + cookie.get()),
        answer -> keep(cookie, answer.cookie("refreshToken")),
        () -> keep(cookie, ask(signIn("/api/v1/auth/sign-in", "fay")).cookie("refreshToken")));
  }

  private Target incrmLogout() {
    var token = new AtomicReference<>("");
    Runnable renew =
        () -> keep(token, ask(signIn("/api/v1/auth/sign-in", "fay")).field("data.accessToken"));
    renew.run();
    return new Target(
        INCRM,
        "POST",
        "/api/v1/auth/logout",
        () -> Request.post("/api/v1/auth/logout").as(token.get()),
        answer -> {
          if (answer.status() == 204) {
            renew.run();
          }
        },
        renew);
  }

  /** The first step forgives no wrong password: a member whom many lock out makes room. */
  private Target syncgramLogin() {
    var who = new AtomicReference<>("frank");
    return new Target(
        SYNCGRAM_PAY,
        "POST",
        "/api/v1/auth/login",
        () ->
            Request.post(
                "/api/v1/auth/login",
                Map.of("email", known.get(who.get() + ".email"), "password", PASSWORD)),
        answer -> {},
        () -> {
          String next = who.get() + "k";
          known.putAll(
              platform
                  .stage()
                  .given(
                      "fuzz-sync is a live organisation on syncgram-pay",
                      next + " is owner of fuzz-sync and has an authenticator"));
          who.set(next);
        });
  }

  private Target syncgramVerify() {
    var challenge = new AtomicReference<>("");
    // Ends in a lock-out when there are many: then the last one stays, and is refused.
    Runnable renew =
        () ->
            keep(
                challenge,
                Wire.ask(platform.baseUrl(), from(signIn("/api/v1/auth/login", "flora")))
                    .field("challenge"));
    renew.run();
    return new Target(
        SYNCGRAM_PAY,
        "POST",
        "/api/v1/auth/login/verify",
        () ->
            Request.post(
                "/api/v1/auth/login/verify",
                Map.of("challenge", challenge.get(), "code", "000000")),
        answer -> {},
        renew);
  }

  private Target syncgramRefresh(String path, String who) {
    var token = new AtomicReference<>(known.get(who + ".refresh"));
    return new Target(
        SYNCGRAM_PAY,
        "POST",
        path,
        () -> Request.post(path, Map.of("refresh_token", token.get())),
        answer -> keep(token, answer.field("refresh_token")),
        () -> {});
  }

  private Target octopusRefresh() {
    var token = new AtomicReference<>(known.get("fuzz-octo.refresh"));
    return new Target(
        OCTOPUS_CARDS,
        "POST",
        "/auth/login/refresh",
        () -> Request.post("/auth/login/refresh", Map.of("refresh_token", token.get())),
        answer -> keep(token, answer.field("refresh_token")),
        () ->
            keep(
                token,
                ask(Request.post(
                        "/auth/login",
                        Map.of(
                            "username", known.get("fuzz-pair.id"),
                            "password", known.get("fuzz-pair.secret"))))
                    .field("refresh_token")));
  }

  private static void keep(AtomicReference<String> token, String next) {
    if (!next.isEmpty()) {
      token.set(next);
    }
  }

  /** From an address at which no client is counted. */
  String address() {
    int n = addresses.incrementAndGet();
    return "198.18.%d.%d".formatted(n / 250 % 250, 1 + n % 250);
  }

  private Request from(Request request) {
    return request.with("X-Forwarded-For", address());
  }

  private Answered ask(Request request) {
    Answered answer = Wire.ask(platform.baseUrl(), from(request));
    if (!answer.isSuccess()) {
      throw new IllegalStateException(request.target() + ": " + answer);
    }
    return answer;
  }
}
