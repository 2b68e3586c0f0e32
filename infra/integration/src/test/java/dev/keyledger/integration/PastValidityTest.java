package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the past is said to have been is what it was: organisations live by commands of chance on
 * running services, {@code /v1/keys/verify} is asked in between, and each of its answers is asked
 * for again when all is over. {@code -Dkeyledger.past.seed} repeats a run.
 */
class PastValidityTest {
  private static final int ANSWERS = 1_000;
  private static final int STEPS = 16;
  private static final int QUESTIONS = 8;
  private static final List<String> SCOPES =
      List.of("clients.read", "clients.write", "payments.read", "products.read");
  private static final List<String> ADDRESSES = List.of("192.0.2.7", "198.51.100.9", "2001:db8::1");
  private static final List<String> ROLES = List.of("owner", "admin", "developer", "employee");

  private final Cluster cluster = SharedCluster.get();
  private final long seed = Long.getLong("keyledger.past.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Integer> verdicts = new HashMap<>();

  /**
   * @param at before it was asked
   * @param until after it was answered
   */
  private record Remembered(
      Instant at,
      Instant until,
      IssuedTo secret,
      @Nullable String environment,
      List<String> scopes,
      @Nullable String address,
      String code,
      TreeSet<String> granted) {

    String question(Instant time) {
      return "?at="
          + time
          + (environment == null ? "" : "&environment=" + environment)
          + (scopes.isEmpty() ? "" : "&scopes=" + String.join(",", scopes))
          + (address == null ? "" : "&ip=" + address);
    }

    String verdict() {
      return code + " " + granted;
    }
  }

  private record IssuedTo(String key, String secret) {
    String prefix() {
      return KeySecret.parse(secret).orElseThrow().shownPrefix();
    }
  }

  /** One organisation, and what is known of it from outside. */
  private final class Life {
    private final Organization organization = cluster.people().liveOrganization("standard");
    private final List<String> members = new ArrayList<>();
    private final List<IssuedTo> secrets = new ArrayList<>();
    private final List<Remembered> remembered = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private long position;
    private boolean suspended;

    void live() {
      for (int i = 0; i < 3; i++) {
        invite(i);
      }
      create();
      for (int step = 0; step < STEPS; step++) {
        act();
        for (int i = 0; i < QUESTIONS; i++) {
          verify();
        }
      }
    }

    private Api operator() {
      return cluster.people().operator().with("Prefer", "wait=10");
    }

    private String path(String rest) {
      return organization.path() + rest;
    }

    private Answer took(String what, Answer answer) {
      assertThat(answer.status()).as(what + " " + answer).isLessThan(500);
      String at = answer.header("Keyledger-Position");
      if (answer.isSuccess() && !at.isEmpty()) {
        position = Long.parseLong(at);
      }
      done.add(what + " " + answer.status());
      return answer;
    }

    private void invite(int number) {
      String email = "m" + number + "@" + organization.slug() + ".test";
      Answer added =
          took(
              "invite",
              operator().post(path("/members"), Map.of("email", email, "role", one(ROLES))));
      assertThat(added.status()).as(added.toString()).isEqualTo(201);
      members.add(added.text("member.id"));
    }

    private void act() {
      switch (random.nextInt(26)) {
        case 0, 1, 2, 3 -> create();
        case 4, 5, 6, 7, 8 -> rotate();
        case 9 -> onKey("/rotation/complete", Map.of());
        case 10, 11 -> narrow();
        case 12 -> end();
        case 13, 14 -> role();
        case 15, 16 -> policy();
        case 17 -> allowlist();
        case 18 -> standing();
        case 19, 20 -> suspend();
        case 21 -> onKey("/resume", Map.of());
        case 22 -> onKey("/rotation/roll-back", Map.of());
        default -> pass();
      }
    }

    // Not for long: while it rests nothing else shows.
    private void standing() {
      suspended = !suspended;
      took("standing", operator().post(path(suspended ? "/suspend" : "/reinstate")));
      if (suspended) {
        verify();
        verify();
        standing();
      }
    }

    private void create() {
      var body = new HashMap<String, Object>();
      body.put("name", "key " + secrets.size());
      body.put("environment", random.nextBoolean() ? "test" : "live");
      body.put("scopes", some(SCOPES));
      body.put("member", one(members));
      if (random.nextBoolean()) {
        body.put("expires_in_days", 1);
      }
      Answer created = took("create " + body, operator().post(path("/keys"), body));
      if (created.isSuccess()) {
        secrets.add(new IssuedTo(created.text("key.id"), created.text("secret")));
      }
    }

    private void rotate() {
      IssuedTo known = lately();
      String grace = one(List.of("PT0S", "PT30M", "PT30M", "PT24H"));
      Answer rotated =
          took(
              "rotate " + grace,
              operator()
                  .post(path("/keys/" + known.key() + "/rotate"), Map.of("grace_period", grace)));
      if (rotated.isSuccess()) {
        secrets.add(new IssuedTo(known.key(), rotated.text("secret")));
      }
    }

    private void suspend() {
      var body = new HashMap<String, Object>(Map.of("reason", "who uses it?"));
      if (random.nextBoolean()) {
        body.put("until", now().plus(Duration.ofMinutes(30)).toString());
      }
      onKey("/suspend", body);
    }

    private void onKey(String rest, Map<String, ?> body) {
      took(rest, operator().post(path("/keys/" + lately().key() + rest), body));
    }

    // Not too often: what has ended has no other verdict any more.
    private void end() {
      switch (random.nextInt(3)) {
        case 0 -> onKey("/revoke", Map.of());
        case 1 -> took("remove", operator().delete(path("/members/" + one(members))));
        default -> {}
      }
    }

    private void narrow() {
      took(
          "narrow",
          operator().patch(path("/keys/" + lately().key()), Map.of("scopes", some(SCOPES))));
    }

    private void role() {
      took(
          "role",
          operator().put(path("/members/" + one(members) + "/role"), Map.of("role", one(ROLES))));
    }

    private void policy() {
      ObjectNode policy = Presets.standard();
      if (random.nextInt(8) == 0) {
        Presets.set(policy, "keys.uses", List.of("login"));
      }
      if (random.nextBoolean()) {
        Presets.set(policy, "keys.authority", "organization");
      }
      if (random.nextBoolean()) {
        Presets.set(policy, "allowlist_environments", List.of("live"));
      }
      Presets.set(policy, "roles." + one(ROLES), some(SCOPES));
      took("policy", operator().raw("PUT", path("/policy"), "application/json", policy.toString()));
    }

    private void allowlist() {
      var body = new HashMap<String, Object>();
      body.put("cidrs", some(List.of("192.0.2.0/24", "198.51.100.9", "2001:db8::/32")));
      if (random.nextBoolean()) {
        body.put("environments", List.of(random.nextBoolean() ? "test" : "live"));
      }
      took("allowlist " + body, operator().put(path("/ip-allowlist"), body));
    }

    private void pass() {
      Duration time =
          one(List.of(Duration.ofMinutes(40), Duration.ofMinutes(40), Duration.ofHours(25)));
      cluster.clock().advance(time);
      done.add("pass " + time);
    }

    private void verify() {
      IssuedTo secret = lately();
      var body = new HashMap<String, Object>();
      String environment = maybe(List.of("test", "live"));
      String address = maybe(ADDRESSES);
      List<String> scopes = random.nextBoolean() ? List.of() : List.of(one(SCOPES));
      body.put("key", secret.secret());
      body.put("environment", environment);
      body.put("ip", address);
      body.put("scopes", scopes);
      Instant at = now();
      Answer answer = cluster.people().operator().post("/v1/keys/verify", body);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      verdicts.merge(answer.text("code"), 1, Integer::sum);
      remembered.add(
          new Remembered(
              at,
              now(),
              secret,
              environment,
              scopes,
              address,
              answer.text("code"),
              texts(answer.node("scopes"))));
    }

    void mustHaveBeenSo() {
      Answer there = cluster.people().operator().get(organization.path() + "?at_least=" + position);
      assertThat(there.status()).as(there.toString()).isEqualTo(200);
      for (Remembered one : remembered) {
        String told = told(one, one.at());
        // What ends by the clock while it was asked may have been decided before or after.
        assertThat(told.equals(one.verdict()) ? told : told(one, one.until()))
            .as("seed %d, %s of %s after %s", seed, one.question(one.at()), organization, done)
            .isEqualTo(one.verdict());
      }
    }

    private String told(Remembered one, Instant time) {
      Answer answer =
          cluster
              .people()
              .operator()
              .get(path("/keys/" + one.secret().key() + "/validity" + one.question(time)));
      assertThat(answer.status()).as("seed " + seed + " " + answer.rawBody()).isEqualTo(200);
      return StreamSupport.stream(answer.node("secrets").spliterator(), false)
          .filter(s -> s.path("prefix").asString().equals(one.secret().prefix()))
          .map(s -> s.path("code").asString() + " " + texts(s.path("scopes")))
          .findFirst()
          .orElse("not_found []");
    }

    private IssuedTo lately() {
      return secrets.get(Math.max(0, secrets.size() - 1 - random.nextInt(4)));
    }
  }

  @Test
  void everyVerdictThatALiveServiceGaveIsTheOneThatThePastIsSaidToHaveHad() {
    int answers = 0;
    int organizations = 0;
    while (answers < ANSWERS) {
      var life = new Life();
      life.live();
      life.mustHaveBeenSo();
      answers += life.remembered.size();
      organizations++;
    }
    System.out.printf(
        "past validity: seed %d, %d answers of %d organisations, %s%n",
        seed, answers, organizations, verdicts);
    assertThat(verdicts.keySet()).contains("ok").hasSizeGreaterThanOrEqualTo(6);
  }

  private Instant now() {
    return cluster.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private @Nullable String maybe(List<String> of) {
    return random.nextInt(3) == 0 ? null : one(of);
  }

  private List<String> some(List<String> of) {
    return of.stream().filter(text -> random.nextBoolean()).collect(Collectors.toList());
  }

  private static TreeSet<String> texts(JsonNode array) {
    var texts = new TreeSet<String>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }
}
