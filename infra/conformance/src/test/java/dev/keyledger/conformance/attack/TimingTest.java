package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Line;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.events.credential.KeySecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What exists can't be told from what doesn't by the time an answer takes. Kinds are asked about in
 * turns, so that a busy machine slows all alike, and compared by rank, so that single slow answers
 * count for nothing. A kind of request that is answered without the work of the others shows each
 * time that a difference would have been seen.
 */
class TimingTest extends Attack {
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 60;

  /**
   * How likely an answer of one kind takes longer than one of another, from 0 to 1: a half when
   * time tells nothing. Chance alone leaves this band once in a hundred thousand times.
   */
  private static final double BAND = 0.24;

  private int asked;

  @TestFactory
  Stream<DynamicTest> accounts() {
    return Stream.of(Door.values())
        .map(door ->
            sentence(
                "Whatever is wrong with a sign-in at " + door + " takes the same time",
                () -> signInsTakeTheSameTime(door)));
  }

  private void signInsTakeTheSameTime(Door door) {
    String org = someone("timed");
    String who = someone("tim");
    String locked = someone("lock");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + door.preset(),
            who + " is owner of " + org,
            locked + " is owner of " + org);
    lockOut(door, known.get(locked + ".email"));
    var kinds = new LinkedHashMap<String, Request>();
    String from = "203.0.113.40";
    kinds.put("nobody", door.signIn(someone("nobody") + "@people.test", PASSWORD, from));
    kinds.put("a wrong password", door.signIn(known.get(who + ".email"), "not right", from));
    kinds.put("locked out", door.signIn(known.get(locked + ".email"), PASSWORD, from));
    Request unhashed =
        door.signIn(known.get(who + ".email"), PASSWORD, from)
            .replacing("Content-Type", "text/plain");
    tellNothingByTime(kinds, unhashed);
  }

  /** From many addresses, so that none of them is locked too. */
  private void lockOut(Door door, String email) {
    for (int i = 0; i < platform().lockOutFailures() + 1; i++) {
      refused(401, door.signIn(email, "a guess", "198.18.%d.%d".formatted(i / 200, 1 + i % 200)));
    }
    refused(401, door.signIn(email, PASSWORD, "198.18.9.9"));
  }

  @TestFactory
  Stream<DynamicTest> keys() {
    return Stream.of(
        sentence(
            "Why Incard refuses a key can't be told by time",
            () -> {
              String org = someone("timed");
              String who = someone("tina");
              Map<String, String> known =
                  given(
                      org + " is a live organisation on incard",
                      who + " is owner of " + org + " and signed in",
                      "good is a live key of " + who + " in " + org,
                      "ended is a live key of " + who + " in " + org,
                      "other is a sandbox key of " + who + " in " + org);
              end(known, org, known.get(who + ".token"), "ended");
              var kinds = new LinkedHashMap<String, Request>();
              kinds.put("unknown", exchange(TellingApartTest.forged(known.get("good.secret"))));
              kinds.put("ended", exchange(known.get("ended.secret")));
              kinds.put("of the other environment", exchange(known.get("other.secret")));
              tellNothingByTime(kinds, signIn());
            }),
        sentence(
            "Why Octopus Cards refuses a pair can't be told by time",
            () -> {
              String org = someone("timed");
              Map<String, String> known =
                  given(
                      org + " is a live organisation on octopus-cards",
                      "good is an operator-issued production key of " + org,
                      "ended is an operator-issued sandbox key of " + org);
              end(known, org, platform().operatorToken(), "ended");
              String secret = known.get("good.secret");
              var kinds = new LinkedHashMap<String, Request>();
              kinds.put("unknown", login("key_00000000-0000-7000-8000-000000000000", secret));
              kinds.put(
                  "a wrong secret", login(known.get("good.id"), TellingApartTest.forged(secret)));
              kinds.put("ended", login(known.get("ended.id"), known.get("ended.secret")));
              tellNothingByTime(kinds, signIn());
            }));
  }

  @TestFactory
  Stream<DynamicTest> leaks() {
    return Stream.of(
        sentence(
            "Whose secret a stranger reports can't be told by time or answer",
            () -> {
              String org = someone("timed");
              String who = someone("tara");
              Map<String, String> known =
                  given(
                      org + " is a live organisation on incard",
                      who + " is owner of " + org + " and signed in",
                      "good is a live key of " + who + " in " + org,
                      "ended is a live key of " + who + " in " + org);
              end(known, org, known.get(who + ".token"), "ended");
              // So that it is looked at each time, and stays what it is.
              succeed(
                  Request.of(
                          "PATCH",
                          "/v1/organizations/%s/policy".formatted(known.get(org + ".slug")))
                      .json(Map.of("leaked_keys", "report"))
                      .replacing("Content-Type", "application/merge-patch+json")
                      .as(platform().operatorToken()));
              var kinds = new LinkedHashMap<String, Request>();
              kinds.put("live", leak(known.get("good.secret")));
              kinds.put("ended", leak(known.get("ended.secret")));
              kinds.put("nobody's", leak(TellingApartTest.forged(known.get("good.secret"))));
              kinds.put(
                  "of a secret's form, and nobody's", leak(nobodys(known.get("good.secret"))));
              kinds.put("no secret", leak("x".repeat(known.get("good.secret").length())));
              Set<String> answers =
                  kinds.values().stream()
                      .map(kind -> ask(kind).looks())
                      .collect(Collectors.toSet());
              assertThat(answers).hasSize(1);
              tellNothingByTime(kinds, signIn());
            }));
  }

  private static String nobodys(String secret) {
    KeySecret like = KeySecret.parse(secret).orElseThrow();
    return KeySecret.mint(like.keyPrefix(), like.pepperId(), new byte[32]).text().revealSecret();
  }

  private static Request leak(String token) {
    String body =
        "[{\"token\":\"%s\",\"type\":\"a_key\",\"url\":\"https://code.example/\",\"source\":\"content\"}]"
            .formatted(token);
    return Request.post("/v1/leaks")
        .with("Content-Type", "application/json")
        .body(body.getBytes(StandardCharsets.UTF_8));
  }

  private static Request exchange(String key) {
    return Request.post("/auth/v1/token", Map.of("api_key", key));
  }

  private static Request login(String name, String password) {
    return Request.post("/auth/login", Map.of("username", name, "password", password));
  }

  /** The control where nothing is hashed for long: something that is. */
  private static Request signIn() {
    return Door.CANONICAL.signIn(someone("nobody") + "@people.test", PASSWORD, "203.0.113.41");
  }

  private void end(Map<String, String> known, String org, String token, String key) {
    succeed(
        Request.post(
                "/v1/organizations/%s/keys/%s/revoke"
                    .formatted(known.get(org + ".slug"), known.get(key + ".id")))
            .as(token)
            .with("Prefer", "wait=10"));
  }

  private void tellNothingByTime(Map<String, Request> kinds, Request control) {
    Map<String, List<Long>> took = samples(kinds, control);
    String medians =
        took.entrySet().stream()
            .map(kind -> kind.getKey() + " " + median(kind.getValue()) / 1000 + " µs")
            .collect(Collectors.joining(", "));
    List<String> names = List.copyOf(kinds.keySet());
    for (String one : names) {
      assertThat(Math.abs(slower(took.get(one), took.get("control")) - 0.5))
          .as("whether %s is told from the control; %s", one, medians)
          .isGreaterThan(BAND);
      for (String other : names) {
        assertThat(Math.abs(slower(took.get(one), took.get(other)) - 0.5))
            .as("whether %s is told from %s; %s", one, other, medians)
            .isLessThan(BAND);
      }
    }
  }

  private Map<String, List<Long>> samples(Map<String, Request> kinds, Request control) {
    var all = new LinkedHashMap<>(kinds);
    all.put("control", control);
    var took = new LinkedHashMap<String, List<Long>>();
    all.keySet().forEach(kind -> took.put(kind, new ArrayList<>()));
    var order = new ArrayList<>(all.keySet());
    try (var line = new Line(platform().baseUrl(), Duration.ofSeconds(40))) {
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        // What one kind leaves behind would otherwise always meet the same next one.
        Collections.shuffle(order);
        for (String kind : order) {
          Request request = all.get(kind).replacing("X-Forwarded-For", address());
          long nanos = line.send(request).took().toNanos();
          if (round >= 0) {
            took.get(kind).add(nanos);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return took;
  }

  /** Another one each time: none comes to be locked, which would make all kinds alike. */
  private String address() {
    int n = asked++;
    return "198.19.%d.%d".formatted(n / 250 % 250, 1 + n % 250);
  }

  private static double slower(List<Long> some, List<Long> others) {
    double wins = 0;
    for (long one : some) {
      for (long other : others) {
        wins += one > other ? 1 : one == other ? 0.5 : 0;
      }
    }
    return wins / (some.size() * others.size());
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
