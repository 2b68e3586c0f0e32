package dev.keyledger.infra.services;

import dev.keyledger.infra.services.Api.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A person signing in, with the second step where one is due.
 *
 * @param totpSecret base32, of a person who has one
 * @param organization null for the operator, and for a person who has only one
 */
public record SignIn(
    String email, String password, @Nullable String totpSecret, @Nullable String organization) {
  private static final Duration STEP = Duration.ofSeconds(30);

  /**
   * Works through the challenge. A code works once: when this step's has been used already, the
   * next step's is waited for, so that this may take half a minute.
   *
   * @return 201 with the session, or what refused it
   */
  public Answer at(Api api, Clock clock) {
    Answer first = api.post("/v1/sessions", body());
    if (first.status() != 202 || totpSecret == null) {
      return first;
    }
    Instant deadline = clock.instant().plus(STEP.multipliedBy(2));
    while (true) {
      Answer second = verified(api, first, clock.instant());
      if (second.isSuccess() || clock.instant().isAfter(deadline)) {
        return second;
      }
      pauseUntilNextStep(clock);
      first = api.post("/v1/sessions", body());
    }
  }

  private Answer verified(Api api, Answer challenged, Instant now) {
    String secret = totpSecret == null ? "" : totpSecret;
    return api.post(
        "/v1/sessions/verify",
        Map.of("challenge", challenged.text("challenge"), "code", Api.totp(secret, now)));
  }

  private Map<String, String> body() {
    var body = new TreeMap<String, String>();
    body.put("email", email);
    body.put("password", password);
    if (organization != null) {
      body.put("organization", organization);
    }
    return body;
  }

  private static void pauseUntilNextStep(Clock clock) {
    try {
      Thread.sleep(STEP.toMillis() - clock.millis() % STEP.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another code", e);
    }
  }

  @Override
  public String toString() {
    return email;
  }
}
