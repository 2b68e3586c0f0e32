package dev.keyledger.client.revocations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Credential.SignedToken;
import dev.keyledger.client.HttpSigningKeys;
import dev.keyledger.client.LocalAuthenticator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.TokenVerifier;
import dev.keyledger.client.UnavailableException;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What all clients make of the same tokens, revocations, clocks and gaps: {@code ../vectors}. */
class VectorsTest {
  private final StubServer platform = new StubServer();

  @AfterEach
  void stop() {
    platform.close();
  }

  @TestFactory
  Stream<DynamicTest> eachIsDecidedAsTheFileSays() throws IOException {
    JsonNode vectors =
        EventCodec.mapper().readTree(Files.readAllBytes(Path.of("../vectors/vectors.json")));
    String set = vectors.required("jwks").toString();
    platform.answer(exchange -> StubServer.answerJson(exchange, 200, set));
    var keys =
        new HttpSigningKeys(
            HttpClient.newHttpClient(), platform.uri("/"), Duration.ofSeconds(10), () -> 0);
    return vectors
        .required("cases")
        .valueStream()
        .map(one ->
            dynamicTest(
                one.required("name").stringValue(),
                () ->
                    assertThat(said(vectors, one, keys))
                        .isEqualTo(one.required("expect").stringValue())));
  }

  private static String said(JsonNode vectors, JsonNode one, HttpSigningKeys keys)
      throws IOException {
    var nanos = new AtomicLong(TimeUnit.DAYS.toNanos(3));
    Duration longestToken = Duration.ofMillis(millis(vectors, "longest_token_lifetime_ms"));
    var told =
        new ToldRevocations(
            longestToken, Duration.ofMillis(millis(vectors, "max_staleness_ms")), nanos::get);
    for (JsonNode step : one.required("steps")) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(step.path("elapse_ms").asLong(0)));
      if (step.has("page")) {
        long ago = TimeUnit.MILLISECONDS.toNanos(step.path("asked_ms_ago").asLong(0));
        told.page(
            step.required("page").toString().getBytes(StandardCharsets.UTF_8),
            nanos.get() - ago,
            false);
      }
      if (step.has("event")) {
        JsonNode event = step.required("event");
        told.event(event.required("name").stringValue(), event.required("data").stringValue());
      }
    }
    Instant now = Instant.parse(one.required("now").stringValue());
    var asked = new AtomicInteger();
    var authenticator =
        new LocalAuthenticator(
            new TokenVerifier(
                vectors.required("issuer").stringValue(), keys, Clock.fixed(now, ZoneOffset.UTC)),
            told,
            (credential, address) -> {
              asked.incrementAndGet();
              throw new UnavailableException("this is no platform");
            },
            longestToken,
            nanos::get);
    try {
      authenticator.authenticate(
          new SignedToken(new SecretText(one.required("token").stringValue())),
          RequestContext.from("192.0.2.1"));
      return "accepted";
    } catch (AccessRefusedException e) {
      return switch (e.code()) {
        case "invalid_credential" -> "invalid";
        case "credential_expired" -> "expired";
        case "credential_revoked" -> "revoked";
        case "not_fresh" -> asked.get() == 1 ? "ask" : "not_fresh without asking";
        default -> e.code();
      };
    }
  }

  private static long millis(JsonNode vectors, String name) {
    return vectors.required(name).longValue();
  }
}
