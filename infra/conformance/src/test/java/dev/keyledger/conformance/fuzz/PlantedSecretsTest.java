package dev.keyledger.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.Conformance;
import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Line;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.infra.services.Api;
import dev.keyledger.testing.Hunt;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every secret that a dialect's clients send or get is used as it should be, and sent where it
 * should not be, to every endpoint; afterwards no log, table, topic, metric or refusal holds one.
 */
@DisplayName("secrets")
class PlantedSecretsTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  private static final String PASSWORD = "an honest long pass phrase 7";

  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final List<String> codes = new ArrayList<>();
  private Platform platform;
  private Map<String, String> known;

  @BeforeEach
  void start(Platform shared) {
    platform = shared;
  }

  @Test
  @DisplayName("no secret that a dialect's clients send or get stays anywhere")
  void noSecretOfADialectStaysAnywhere() throws Exception {
    known =
        platform
            .stage()
            .given(
                "planted-incard is a live organisation on incard",
                "pia is owner of planted-incard and signed in",
                "planted-key is a live key of pia in planted-incard",
                "planted-incrm is a live organisation on incrm",
                "pat is owner of planted-incrm",
                "planted-sync is a live organisation on syncgram-pay",
                "pim is owner of planted-sync and has an authenticator",
                "planted-octo is a live organisation on octopus-cards",
                "planted-pair is an operator-issued production key of planted-octo");
    secrets.put("a password", PASSWORD);
    try (var line = new Line(platform.baseUrl(), Duration.ofSeconds(40))) {
      incard(line);
      incrm(line);
      syncgram(line);
      octopus(line);
      var hunt = new Hunt();
      secrets.forEach(hunt::plant);
      var paths = new ArrayList<String>(List.of("/v1/nothing", "/nothing", "/v1/sessions"));
      new Targets(platform).all().forEach(target -> paths.add(target.good().get().target()));
      for (String secret : secrets.values()) {
        misplace(secret, paths, line, hunt);
      }
      hunt.searchEverything(platform.cluster());
      assertThat(hunt.found().stream().distinct()).isEmpty();
    }
    neverLogged();
  }

  private void incard(Line line) throws IOException {
    String key = plant("an Incard key", known.get("planted-key.secret"));
    Answered token = good(line, Request.post("/auth/v1/token", Map.of("api_key", key)));
    String opaque = plant("an Incard token", token.field("access_token"));
    good(line, Request.get("/developer/companies").as(opaque));
  }

  private void incrm(Line line) throws IOException {
    Request signIn =
        Request.post(
            "/api/v1/auth/sign-in", Map.of("email", known.get("pat.email"), "password", PASSWORD));
    Answered session = good(line, signIn);
    String cookie = plant("an InCRM cookie", session.cookie("refreshToken"));
    Answered refreshed =
        good(
            line,
            Request.post("/api/v1/auth/token/refresh").with("Cookie", "refreshToken=" + cookie));
    plant("an InCRM cookie after a refresh", refreshed.cookie("refreshToken"));
    String token = plant("an InCRM session", refreshed.field("data.accessToken"));
    String key =
        plant(
            "an InCRM key",
            good(line, Request.post("/api/v1/api-key", Map.of("name", "planted")).as(token))
                .field("data.key"));
    good(line, Request.get("/api/v1/client").as(key));
    good(line, Request.get("/api/v1/client").with("X-Api-Key", key));
    good(line, Request.post("/api/v1/auth/logout").as(token));
  }

  private void syncgram(Line line) throws IOException {
    Answered challenged =
        good(
            line,
            Request.post(
                "/api/v1/auth/login",
                Map.of("email", known.get("pim.email"), "password", PASSWORD)));
    String challenge = plant("a challenge", challenged.field("challenge"));
    plant("a TOTP secret", known.get("pim.totp"));
    String code =
        Api.totp(known.get("pim.totp"), platform.clock().instant().plus(Duration.ofSeconds(30)));
    codes.add(code);
    Answered session =
        good(
            line,
            Request.post(
                "/api/v1/auth/login/verify", Map.of("challenge", challenge, "code", code)));
    String refresh = plant("a Syncgram Pay refresh token", session.field("refresh_token"));
    Answered refreshed =
        good(line, Request.post("/auth/refresh", Map.of("refresh_token", refresh)));
    String token = plant("a Syncgram Pay session", refreshed.field("access_token"));
    String idempotency = plant("an idempotency_key", "retry-6d1f2c-known-to-the-client");
    Request create =
        Request.post(
                "/api/v1/auth/api-keys",
                Map.of("key_name", "planted", "idempotency_key", idempotency))
            .as(token);
    String key = plant("a Syncgram Pay key", good(line, create).field("key"));
    good(line, create);
    good(line, Request.get("/api/v1/payments").as(key));
    good(line, Request.get("/api/v1/auth/api-keys").as(token));
  }

  private void octopus(Line line) throws IOException {
    String secret = plant("an Octopus Cards secret", known.get("planted-pair.secret"));
    Answered pair =
        good(
            line,
            Request.post(
                "/auth/login",
                Map.of("username", known.get("planted-pair.id"), "password", secret)));
    String refresh = plant("an Octopus Cards refresh token", pair.field("refresh_token"));
    good(line, Request.post("/auth/login/refresh", Map.of("refresh_token", refresh)));
    good(
        line,
        Request.get("/api/v1/products")
            .as(plant("an Octopus Cards token", pair.field("access_token"))));
  }

  private String plant(String what, String secret) {
    secrets.put(what, secret);
    return secret;
  }

  private static Answered good(Line line, Request request) throws IOException {
    Answered answer = line.send(request);
    assertThat(answer.isSuccess()).as(request.target() + ": " + answer).isTrue();
    return answer;
  }

  /** In paths, addresses, headers, cookies, as another credential, in bodies that are wrong. */
  private static void misplace(String secret, List<String> paths, Line line, Hunt hunt)
      throws IOException {
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20");
    Map<String, String> fields =
        Map.of("email", secret, "password", secret, "username", secret, "x", secret);
    for (String path : paths) {
      for (Request request :
          List.of(
              Request.get(path + "/" + encoded),
              Request.post(path + "?token=" + encoded + "&" + encoded + "=1", Map.of()),
              Request.get(path).as(secret).with("X-Custom", secret),
              Request.post(path, fields).with("X-Api-Key", secret),
              Request.post(path, Map.of())
                  .with("Cookie", "refreshToken=" + secret + "; a=" + secret),
              Request.post(path).with("Content-Type", "application/json").body(bytes("{" + secret)),
              Request.post(path).with("Content-Type", secret).body(bytes(secret)),
              Request.post(path).form(fields),
              Request.post(path, Map.of()).with("Authorization", "Basic " + secret),
              Request.get(path).line("Authorization : Bearer " + secret),
              Request.get(path).line("X-Custom\u0001: " + secret),
              Request.get(path + "?token=\"<" + encoded + ">"),
              Request.post(path, Map.of()).with("Origin", "https://" + secret))) {
        Answered answer = line.send(request.with("X-Forwarded-For", "198.18.200.1"));
        if (answer.status() >= 400) {
          hunt.search("the answer " + answer.status() + " to " + path, answer.toString());
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What may be known, but isn't for logs: user names, and codes too short to be searched for. */
  private void neverLogged() throws IOException {
    Pattern code =
        Pattern.compile("(?<![0-9A-Za-z.-])(" + String.join("|", codes) + ")(?![0-9A-Za-z])");
    try (var logs = Files.list(platform.logs())) {
      for (Path log : logs.toList()) {
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(text.contains(known.get("planted-pair.id")))
            .as("a user name in " + log.getFileName())
            .isFalse();
        assertThat(code.matcher(text).find()).as("a code in " + log.getFileName()).isFalse();
      }
    }
  }
}
