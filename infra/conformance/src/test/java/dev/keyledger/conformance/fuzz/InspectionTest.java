package dev.keyledger.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.fuzz.Attempt.Delivery;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The control: what should be found in an answer is found. */
class InspectionTest {
  private static final String FINE = "{\"access_token\":\"opaque\",\"expires_at\":\"soon\"}";
  private static final String REFUSED =
      "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"code\":\"not_found\",\"detail\":\"There is nothing here.\"}";

  private final Target target =
      new Target(
          Dialect.INCARD,
          "POST",
          "/auth/v1/token",
          () -> Request.post("/auth/v1/token"),
          answer -> {},
          () -> {});
  private final Inspection inspection =
      new Inspection(List.of(target), List.of("zebra"), List.of(":8081"));

  @Test
  void whatIsDocumentedIsFine() {
    assertThat(found(200, FINE)).isEmpty();
    assertThat(found(404, REFUSED)).isEmpty();
  }

  @Test
  void whatIsNotDocumentedIsFound() {
    assertThat(found(500, REFUSED.replace("404", "500"))).contains("a fault of ours");
    assertThat(found(202, FINE)).contains("a status that is not documented");
    assertThat(found(404, "")).isPresent();
    assertThat(found(404, "Not Found")).contains("no JSON");
    assertThat(found(404, "{\"error\":{}}")).isPresent();
    assertThat(found(403, REFUSED)).isPresent();
  }

  @Test
  void whatTellsOfTheInsideIsFound() {
    for (String inside :
        List.of(
            "java.lang.IllegalStateException",
            "at dev.keyledger.gateway.Forwarding(Forwarding.java:1)",
            "ERROR: syntax error in SQL",
            "connect to localhost:8081 failed",
            "token-service is away",
            "<html>")) {
      assertThat(found(404, REFUSED.replace("There is nothing here.", inside)))
          .as(inside)
          .isPresent();
    }
  }

  @Test
  void anotherTenantIsFoundUnlessTheRequestNamedIt() {
    String telling = FINE.replace("soon", "zebra");
    assertThat(found(200, telling)).contains("it tells of another tenant: zebra");
    assertThat(inspection.wrongWith(attempt("/auth/v1/token?zebra"), answer(200, telling, 1)))
        .isEmpty();
  }

  @Test
  void whatTakesLongIsFound() {
    assertThat(inspection.wrongWith(attempt("/auth/v1/token"), answer(200, FINE, 6))).isPresent();
  }

  @Test
  void aPathOfNobodysIsAnsweredByTheCanonicalApi() {
    String canonical = REFUSED.replace("}", ",\"more\":1}");
    assertThat(inspection.wrongWith(attempt("/v1/nothing"), answer(404, canonical, 1))).isEmpty();
    assertThat(found(404, canonical)).isPresent();
  }

  @Test
  void theSameSeedGivesTheSameRequests() {
    var chaos = new Chaos(List.of("credential"), List.of("name"));
    for (int i = 0; i < 2_000; i++) {
      assertThat(made(chaos, 42, i)).isEqualTo(made(chaos, 42, i));
    }
    assertThat(made(chaos, 42, 1)).isNotEqualTo(made(chaos, 43, 1));
  }

  private static String made(Chaos chaos, long seed, int number) {
    Request good = Request.post("/auth/v1/token", Map.of("api_key", "sk_live_abc"));
    return chaos.on(good, Dice.of(seed, "POST /auth/v1/token", number), "localhost").toString();
  }

  private Optional<String> found(int status, String body) {
    return inspection.wrongWith(attempt("/auth/v1/token"), answer(status, body, 1));
  }

  private static Attempt attempt(String path) {
    Request request = Request.post(path);
    return new Attempt(request, List.of(), request.bytes("localhost"), Delivery.WHOLE);
  }

  private static Answered answer(int status, String body, int seconds) {
    return new Answered(
        status,
        List.of("Content-Type: application/json"),
        body.getBytes(StandardCharsets.UTF_8),
        Duration.ofSeconds(seconds));
  }
}
