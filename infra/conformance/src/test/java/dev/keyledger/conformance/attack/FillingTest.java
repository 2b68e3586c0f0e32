package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.node.ObjectNode;

/** What one credential leaves behind is bounded, in number and in time. */
class FillingTest extends Attack {
  /** Of one key, as the service is set up by default. */
  private static final int FAMILIES = 100;

  @TestFactory
  Stream<DynamicTest> remains() {
    return Stream.of(
        sentence(
            "A key has so many refresh tokens at once, and the oldest make room",
            this::refreshTokens),
        sentence(
            "No access token lives longer than its session, however late it was refreshed",
            this::lateRefreshes));
  }

  private void refreshTokens() {
    Map<String, String> known =
        given(
            "filled is a live organisation on octopus-cards",
            "pair is an operator-issued production key of filled");
    Map<String, String> client =
        Map.of("client_id", known.get("pair.id"), "client_secret", known.get("pair.secret"));
    Request grant = oauth(client, Map.of("grant_type", "client_credentials"));
    List<String> tokens =
        IntStream.rangeClosed(0, FAMILIES)
            .mapToObj(i -> succeed(grant).field("refresh_token"))
            .toList();

    refused(400, refresh(client, tokens.getFirst()));
    succeed(refresh(client, tokens.get(1)));
    succeed(refresh(client, tokens.getLast()));
  }

  private static Request refresh(Map<String, String> client, String token) {
    return oauth(client, Map.of("grant_type", "refresh_token", "refresh_token", token));
  }

  private static Request oauth(Map<String, String> client, Map<String, String> asked) {
    var fields = new HashMap<>(client);
    fields.putAll(asked);
    return Request.post("/oauth2/token").form(fields);
  }

  private void lateRefreshes() {
    Map<String, String> known =
        given("brief is a live organisation on standard", "bea is owner of brief and signed in");
    String path = "/v1/organizations/" + known.get("brief.slug") + "/policy";
    var policy =
        (ObjectNode) succeed(Request.get(path).as(known.get("bea.token"))).json().path("policy");
    ((ObjectNode) policy.path("sessions"))
        .put("refresh_lifetime", "PT20M")
        .put("family_lifetime", "PT20M");
    succeed(
        Request.of("PUT", path)
            .with("Content-Type", "application/json")
            .with("Prefer", "wait=10")
            .body(policy.toString().getBytes())
            .as(known.get("bea.token")));
    Answered signedIn =
        succeed(Door.CANONICAL.signIn(known.get("bea.email"), PASSWORD, "203.0.113.91"));

    platform().advance(Duration.ofMinutes(19));
    Answered late =
        succeed(
            Request.post(
                "/v1/sessions/refresh", Map.of("refresh_token", signedIn.field("refresh_token"))));

    assertThat(late.json().path("expires_in").asInt()).isPositive().isLessThanOrEqualTo(60);
    succeed(Request.get("/v1/authorize").as(late.field("access_token")));
    platform().advance(Duration.ofSeconds(61));
    refused(401, Request.get("/v1/authorize").as(late.field("access_token")));
    refused(
        401,
        Request.post("/v1/sessions/refresh", Map.of("refresh_token", late.field("refresh_token"))));
  }
}
