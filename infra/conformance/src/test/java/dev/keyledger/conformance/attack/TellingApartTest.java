package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What exists can't be told from what doesn't by anything in an answer. */
class TellingApartTest extends Attack {
  private static final String FROM = "203.0.113.11";
  private static final String NOBODYS_KEY = "key_00000000-0000-7000-8000-000000000000";

  @TestFactory
  Stream<DynamicTest> accounts() {
    return Stream.of(Door.values())
        .map(door ->
            sentence(
                "Whatever is wrong with a sign-in at " + door + " looks alike",
                () -> signInsLookAlike(door)));
  }

  private void signInsLookAlike(Door door) {
    String org = someone("guessed");
    String who = someone("gwen");
    String elsewhere = someone("elsewhere");
    String stranger = someone("stan");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + door.preset(),
            who + " is owner of " + org,
            elsewhere + " is a live organisation on octopus-cards",
            stranger + " is owner of " + elsewhere);
    String email = known.get(who + ".email");
    var answers = new LinkedHashMap<String, Request>();
    answers.put("nobody", door.signIn("nobody@people.test", PASSWORD, FROM));
    answers.put("a wrong password", door.signIn(email, "not " + PASSWORD, FROM));
    answers.put("what is no address", door.signIn("' or 1=1 --", PASSWORD, FROM));
    answers.put("a long password", door.signIn(email, "x".repeat(300), FROM));
    // InCRM's own page has a number for it: 401015.
    if (door != Door.CANONICAL && door != Door.INCRM) {
      answers.put(
          "the right password of somebody of another system",
          door.signIn(known.get(stranger + ".email"), PASSWORD, FROM));
    }
    lookAlike(answers);
  }

  @TestFactory
  Stream<DynamicTest> keys() {
    return Stream.of(
        sentence(
            "A key that Incard refuses tells nothing of why",
            () -> {
              for (String environment : List.of("sandbox", "live")) {
                exchangesLookAlike(environment);
              }
            }),
        sentence("A pair that Octopus Cards refuses tells nothing of why", this::pairsLookAlike),
        sentence(
            "A key that the canonical API refuses tells nothing of why", this::usesOfKeysLookAlike),
        sentence(
            "A key that Syncgram Pay refuses tells nothing of why", this::serversKeysLookAlike));
  }

  private void exchangesLookAlike(String environment) {
    String path = environment.equals("live") ? "/auth/v1/token" : "/auth/v1/sandbox/token";
    String other = environment.equals("live") ? "sandbox" : "live";
    String org = someone("keyed");
    String who = someone("kim");
    Map<String, String> known =
        given(
            org + " is a live organisation on incard",
            who + " is owner of " + org + " and signed in",
            "good is a " + environment + " key of " + who + " in " + org,
            "ended is a " + environment + " key of " + who + " in " + org,
            "other is a " + other + " key of " + who + " in " + org,
            "globex is a live organisation on incrm",
            "ines is owner of globex and signed in",
            "robot is a live key of ines in globex");
    end(known, org, who, "ended");
    succeed(Request.post(path, Map.of("api_key", known.get("good.secret"))));
    var refused = new LinkedHashMap<String, Request>();
    var secrets = new LinkedHashMap<String, String>();
    secrets.put("unknown", forged(known.get("good.secret")));
    secrets.put("revoked", known.get("ended.secret"));
    secrets.put("of the other environment", known.get("other.secret"));
    secrets.put("of another system", known.get("robot.secret"));
    secrets.put("no key at all", "hello");
    secrets.forEach(
        (what, secret) -> refused.put(what, Request.post(path, Map.of("api_key", secret))));
    lookAlike(refused);
    var used = new LinkedHashMap<String, Request>();
    secrets.forEach(
        (what, secret) -> used.put(what, Request.get("/developer/companies").as(secret)));
    used.put("the key itself", Request.get("/developer/companies").as(known.get("good.secret")));
    lookAlike(used);
  }

  private void pairsLookAlike() {
    String org = someone("paired");
    Map<String, String> known =
        given(
            org + " is a live organisation on octopus-cards",
            "pair is an operator-issued sandbox key of " + org,
            "good is an operator-issued production key of " + org);
    succeed(
        asOperator(
            Request.post(
                    "/v1/organizations/%s/keys/%s/revoke"
                        .formatted(known.get(org + ".slug"), known.get("pair.id")))
                .with("Prefer", "wait=10")));
    String id = known.get("good.id");
    String secret = known.get("good.secret");
    succeed(login(id, secret));
    var refused = new LinkedHashMap<String, Request>();
    refused.put("unknown", login(NOBODYS_KEY, secret));
    refused.put("a wrong secret", login(id, forged(secret)));
    refused.put("revoked", login(known.get("pair.id"), known.get("pair.secret")));
    refused.put("another's secret", login(id, known.get("pair.secret")));
    refused.put("no id", login("admin", secret));
    lookAlike(refused);
  }

  private static Request login(String name, String password) {
    return Request.post("/auth/login", Map.of("username", name, "password", password));
  }

  private void usesOfKeysLookAlike() {
    String org = someone("plain");
    String who = someone("pam");
    Map<String, String> known =
        given(
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in",
            "good is a live key of " + who + " in " + org,
            "ended is a live key of " + who + " in " + org);
    end(known, org, who, "ended");
    String unknown = forged(known.get("good.secret"));
    String ended = known.get("ended.secret");
    var exchanges = new LinkedHashMap<String, Request>();
    var uses = new LinkedHashMap<String, Request>();
    var clients = new LinkedHashMap<String, Request>();
    for (String secret : List.of(unknown, ended, "hello")) {
      exchanges.put(secret, Request.post("/v1/tokens", Map.of("api_key", secret)));
      uses.put(secret, Request.get("/v1/authorize").as(secret));
    }
    for (List<String> pair :
        List.of(
            List.of(known.get("good.id"), unknown),
            List.of(known.get("ended.id"), ended),
            List.of(NOBODYS_KEY, unknown))) {
      clients.put(
          pair.getFirst(),
          Request.post("/oauth2/token")
              .form(
                  Map.of(
                      "grant_type", "client_credentials",
                      "client_id", pair.getFirst(),
                      "client_secret", pair.getLast())));
    }
    lookAlike(exchanges);
    lookAlike(uses);
    lookAlike(clients);
  }

  private void serversKeysLookAlike() {
    String org = someone("wired");
    String who = someone("will");
    Map<String, String> known =
        given(
            org + " is a live organisation on syncgram-pay",
            who + " is owner of " + org + " and signed in at Syncgram Pay",
            "server is the Syncgram Pay key of " + who);
    String key = known.get("server.secret");
    succeed(Request.get("/api/v1/payments").as(key));
    succeed(
        Request.post("/api/v1/auth/api-keys/" + known.get("server.id") + "/revoke")
            .as(known.get(who + ".token")));
    var refused = new LinkedHashMap<String, Request>();
    for (String secret : List.of(key, forged(key), "sk_live_hello", "hello")) {
      refused.put(secret, Request.get("/api/v1/payments").as(secret));
    }
    lookAlike(refused);
  }

  @TestFactory
  Stream<DynamicTest> whatIsOthers() {
    return Stream.of(
        sentence(
            "Another's organisation can't be told from one that isn't there",
            this::organizationsLookAlike),
        sentence(
            "Another's key can't be told from one that isn't there, at Syncgram Pay too",
            this::keysOfOthersLookAlike),
        sentence(
            "An invitation doesn't tell whether somebody is a person here already",
            this::invitationsLookAlike));
  }

  private void organizationsLookAlike() {
    Map<String, String> known =
        given(
            "victim is a live organisation on syncgram-pay",
            "curious is a live organisation on syncgram-pay",
            "carl is owner of curious and signed in at Syncgram Pay");
    String token = known.get("carl.token");
    for (String call : List.of("GET %s", "GET %s/keys", "GET %s/events", "POST %s/keys")) {
      var refused = new LinkedHashMap<String, Request>();
      for (String org : List.of(known.get("victim.slug"), known.get("victim.id"), "no-such")) {
        String[] words = call.formatted("/v1/organizations/" + org).split(" ");
        Request request = Request.of(words[0], words[1]).as(token);
        refused.put(
            org,
            words[0].equals("POST")
                ? request.json(Map.of("name", "k", "environment", "test"))
                : request);
      }
      lookAlike(refused);
    }
    var listed = new LinkedHashMap<String, Request>();
    var made = new LinkedHashMap<String, Request>();
    for (String org : List.of(known.get("victim.slug"), known.get("victim.id"), "no-such", "*")) {
      listed.put(org, Request.get("/api/v1/auth/api-keys?organization=" + org).as(token));
      made.put(
          org,
          Request.post("/api/v1/auth/api-keys", Map.of("key_name", "k", "organization", org))
              .as(token));
    }
    lookAlike(listed);
    lookAlike(made);
  }

  private void keysOfOthersLookAlike() {
    Map<String, String> known =
        given(
            "victim is a live organisation on syncgram-pay",
            "vera is owner of victim and signed in at Syncgram Pay",
            "secret is the Syncgram Pay key of vera",
            "curious is a live organisation on syncgram-pay",
            "carl is owner of curious and signed in at Syncgram Pay");
    String token = known.get("carl.token");
    var ended = new LinkedHashMap<String, Request>();
    var shown = new LinkedHashMap<String, Request>();
    var changed = new LinkedHashMap<String, Request>();
    for (String id : List.of(known.get("secret.id"), NOBODYS_KEY)) {
      String path = "/v1/organizations/" + known.get("curious.slug") + "/keys/" + id;
      ended.put(id, Request.post("/api/v1/auth/api-keys/" + id + "/revoke").as(token));
      shown.put(id, Request.get(path).as(token));
      changed.put(id, Request.post(path + "/revoke").as(token));
    }
    lookAlike(ended);
    lookAlike(shown);
    lookAlike(changed);
    succeed(Request.get("/api/v1/payments").as(known.get("secret.secret")));
  }

  private void invitationsLookAlike() {
    String org = someone("inviting");
    String who = someone("ivy");
    Map<String, String> known =
        given(
            "victim is a live organisation on syncgram-pay",
            "vic is employee of victim",
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in");
    var shapes = new TreeSet<String>();
    for (String email : List.of(known.get("vic.email"), someone("new") + "@people.test")) {
      Answered answer =
          succeed(
              Request.post(
                      "/v1/organizations/" + known.get(org + ".slug") + "/members",
                      Map.of("email", email, "role", "employee"))
                  .as(known.get(who + ".token")));
      shapes.add(
          answer
              .looks()
              .replace(email, "EMAIL")
              .replaceAll("(?i)(keyledger-position|content-length|ratelimit): .*", "$1")
              .replaceAll("mem_[0-9a-f-]{36}", "MEMBER")
              .replaceAll("per_[0-9a-f-]{36}", "PERSON")
              .replaceAll("\"invitation_token\":\"[^\"]{20,}\"", "TOKEN")
              .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME"));
    }
    assertThat(shapes).hasSize(1);
  }

  private void end(Map<String, String> known, String org, String who, String key) {
    succeed(
        Request.post(
                "/v1/organizations/%s/keys/%s/revoke"
                    .formatted(known.get(org + ".slug"), known.get(key + ".id")))
            .as(known.get(who + ".token"))
            .with("Prefer", "wait=10"));
  }

  static String forged(String token) {
    int at = token.length() - 8;
    char other = token.charAt(at) == 'x' ? 'y' : 'x';
    return token.substring(0, at) + other + token.substring(at + 1);
  }

  private void lookAlike(Map<String, Request> requests) {
    var looks = new ArrayList<String>();
    requests.forEach((what, request) -> {
      Answered answer = ask(request);
      assertThat(answer.status()).as(what + ": " + answer).isBetween(400, 499);
      looks.add(answer.looks());
    });
    assertThat(new TreeSet<>(looks)).as(String.join("\n---\n", looks)).hasSize(1);
  }
}
