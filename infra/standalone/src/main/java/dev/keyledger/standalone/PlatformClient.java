package dev.keyledger.standalone;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The public API as the seeder of demonstration data uses it. */
final class PlatformClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);

  private final URI base;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  PlatformClient(URI base, Clock clock) {
    this.base = base;
    this.clock = clock;
  }

  record Answer(int status, JsonNode body) {
    String text(String field) {
      return body.path(field).asString("");
    }

    boolean isSuccess() {
      return status / 100 == 2;
    }

    /** What went wrong, for a person; bodies of failures hold no secret. */
    String problem() {
      return status + " " + text("code") + " " + text("detail");
    }
  }

  /** Tries again while the answer is that it can't be given yet (502, 503, 504). */
  Answer call(String method, URI uri, @Nullable String bearer, @Nullable Map<String, ?> body) {
    var request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(
          method,
          HttpRequest.BodyPublishers.ofByteArray(EventCodec.mapper().writeValueAsBytes(body)));
    }
    Instant deadline = clock.instant().plus(PATIENCE);
    while (true) {
      Answer answer = send(request.build());
      boolean later = answer.status() >= 502 && answer.status() <= 504;
      if (!later || clock.instant().isAfter(deadline)) {
        return answer;
      }
      pause(BETWEEN_TRIES);
    }
  }

  Answer call(String method, String path, @Nullable String bearer, @Nullable Map<String, ?> body) {
    return call(method, base.resolve(path), bearer, body);
  }

  /**
   * Signs in, with the second step where one is due.
   *
   * @param organization null for the operator
   * @return an access token, or the refusal
   */
  Answer signIn(
      String email, String password, @Nullable String totpSecret, @Nullable String organization) {
    var body = new TreeMap<String, String>();
    body.put("email", email);
    body.put("password", password);
    if (organization != null) {
      body.put("organization", organization);
    }
    Answer first = call("POST", "/v1/sessions", null, body);
    if (first.status() != 202 || totpSecret == null) {
      return first;
    }
    // A code works once: when this step's has been used, the next step's is waited for.
    Instant deadline = clock.instant().plusSeconds(65);
    while (true) {
      Answer second =
          call(
              "POST",
              "/v1/sessions/verify",
              null,
              Map.of("challenge", first.text("challenge"), "code", code(totpSecret)));
      if (second.isSuccess() || clock.instant().isAfter(deadline)) {
        return second;
      }
      untilNextStep();
      first = call("POST", "/v1/sessions", null, body);
    }
  }

  private String code(String secret) {
    try {
      var totp = new TimeBasedOneTimePasswordGenerator();
      var key = new SecretKeySpec(new Base32().decode(secret), totp.getAlgorithm());
      return totp.generateOneTimePasswordString(key, clock.instant());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK makes no TOTP codes", e);
    }
  }

  private void untilNextStep() {
    long step = Duration.ofSeconds(30).toMillis();
    pause(Duration.ofMillis(step - clock.millis() % step));
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
      JsonNode body =
          json
              ? EventCodec.mapper().readTree(response.body())
              : EventCodec.mapper().createObjectNode();
      return new Answer(response.statusCode(), body);
    } catch (IOException e) {
      throw new Problem(
          request.method() + " " + request.uri().getPath() + " got no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted", e);
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted", e);
    }
  }
}
