package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is asked for has one meaning, or is refused by its field: nothing is guessed at. */
class ValuesTest extends Attack {
  private static final List<String> HALVES = List.of("\\ud800", "a\\udc00b", "\\u0000", "\\u202e");

  @TestFactory
  Stream<DynamicTest> values() {
    return Stream.of(
        sentence(
            "No text is half a character, by any path, and none is a fault of ours", this::texts),
        sentence(
            "A domain in either of its forms is one, and so is who has an address there",
            this::domains),
        sentence(
            "A number is no duration, and one out of range is told by its field", this::numbers),
        sentence(
            "A policy is put back as it was read, and changed by its fields alone", this::policies),
        sentence(
            "An interval of history has bounds that are understood or refused", this::intervals));
  }

  private static Request json(Request request, String text) {
    return request
        .with("Content-Type", "application/json")
        .body(text.getBytes(StandardCharsets.UTF_8));
  }

  private void refusedBy(String field, Request request) {
    Answered answer = ask(request);
    assertThat(answer.status()).as(request.target() + ": " + answer).isEqualTo(422);
    assertThat(answer.field("field")).as(answer.toString()).isEqualTo(field);
  }

  private void texts() {
    String org = someone("halves");
    String who = someone("hal");
    Map<String, String> known =
        given(
            org + " is a live organisation on incrm",
            who + " is owner of " + org + " and signed in at InCRM");
    String path = "/v1/organizations/" + known.get(org + ".slug");
    String token = known.get(who + ".token");
    String email = known.get(who + ".email");
    for (String half : HALVES) {
      refused(
          401,
          json(
              Request.post("/v1/sessions"),
              "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, half)));
      refusedBy(
          "email",
          json(
              Request.post("/v1/sessions"),
              "{\"email\":\"a%s@people.test\",\"password\":\"x\"}".formatted(half)));
      refusedBy(
          "email",
          json(
              Request.post("/v1/password-resets"),
              "{\"email\":\"a%s@people.test\"}".formatted(half)));
      refusedBy(
          "email",
          json(
              Request.post(path + "/members").as(token),
              "{\"email\":\"a%s@people.test\",\"role\":\"employee\"}".formatted(half)));
      refusedBy(
          "name",
          json(
              Request.post(path + "/keys").as(token),
              "{\"name\":\"a%s\",\"environment\":\"live\"}".formatted(half)));
      refusedBy(
          "new_password",
          json(
              Request.post("/v1/me/password").as(token),
              "{\"current_password\":\"x\",\"new_password\":\"a long enough pass phrase %s\"}"
                  .formatted(half)));
      refusedBy(
          "token",
          json(
              Request.post("/v1/invitations/accept"),
              "{\"token\":\"%s\",\"password\":\"x\"}".formatted(half)));
      refusedBy(
          "challenge",
          json(
              Request.post("/v1/sessions/verify"),
              "{\"challenge\":\"%s\",\"code\":\"1\"}".formatted(half)));
      refusedBy(
          "environment",
          json(
              Request.post("/v1/keys/verify").as(platform().operatorToken()),
              "{\"key\":\"x\",\"environment\":\"%s\"}".formatted(half)));
      for (Door door : Door.values()) {
        Request right = door.signIn(email, "HALF", "203.0.113.90");
        String text = new String(right.body(), StandardCharsets.UTF_8).replace("HALF", half);
        Answered answer = ask(right.body(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).as(door + ": " + answer).isBetween(400, 499);
      }
      Answered unknown =
          ask(json(Request.post(path + "/keys").as(token), "{\"%s\":1}".formatted(half)));
      assertThat(unknown.status()).as(unknown.toString()).isIn(400, 422);
    }
  }

  private void domains() {
    String org = someone("buch");
    String who = someone("jan");
    Map<String, String> known =
        given(
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in");
    String name = someone("ada");
    Request invite = Request.post("/v1/organizations/" + known.get(org + ".slug") + "/members");
    String owner = known.get(who + ".token");
    Answered invited =
        succeed(
            invite
                .json(Map.of("email", name + "@bücher.example", "role", "employee"))
                .with("Prefer", "wait=10")
                .as(owner));
    succeed(
        Request.post(
            "/v1/invitations/accept",
            Map.of("token", invited.field("invitation_token"), "password", PASSWORD)));
    for (String domain :
        List.of(
            "bücher.example",
            "xn--bcher-kva.example",
            "BÜCHER.example",
            "bu\u0308cher\u3002example")) {
      succeed(Door.CANONICAL.signIn(name + "@" + domain, PASSWORD, "203.0.113.91"));
      Answered again =
          ask(invite.json(Map.of("email", name + "@" + domain, "role", "employee")).as(owner));
      assertThat(again.status()).as(domain + ": " + again).isEqualTo(409);
    }
    refused(401, Door.CANONICAL.signIn(name + "@bucher.example", PASSWORD, "203.0.113.92"));
  }

  private void numbers() {
    String org = someone("sums");
    String who = someone("sam");
    Map<String, String> known =
        given(
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in");
    String keys = "/v1/organizations/" + known.get(org + ".slug") + "/keys";
    String token = known.get(who + ".token");
    String key =
        succeed(Request.post(keys, Map.of("name", "sum", "environment", "live")).as(token))
            .field("key.id");
    for (String grace :
        List.of(
            "3600",
            "3600.0",
            "true",
            "\"3600\"",
            "\"P1Y\"",
            "\"P1M\"",
            "\"-PT1H\"",
            "\"PT-1H\"",
            "\"\"",
            "[]")) {
      refusedBy(
          "grace_period",
          json(
              Request.post(keys + "/" + key + "/rotate").as(token),
              "{\"grace_period\":" + grace + "}"));
    }
    for (String days :
        List.of("2147483648", "1e400", "1.5", "1.0", "\"30\"", "\"\"", "0", "-1", "[30]")) {
      refusedBy(
          "expires_in_days",
          json(
              Request.post(keys).as(token),
              "{\"name\":\"n\",\"environment\":\"live\",\"expires_in_days\":" + days + "}"));
    }
    for (String end :
        List.of(
            "\"2027-02-30T00:00:00Z\"",
            "\"2027-01-01\"",
            "\"2027-01-01T00:00:00\"",
            "1800000000",
            "\"2026-12-31T23:59:60Z\"",
            "\"+12027-01-01T00:00:00Z\"")) {
      refusedBy(
          "expires_at",
          json(
              Request.post(keys).as(token),
              "{\"name\":\"n\",\"environment\":\"live\",\"expires_at\":" + end + "}"));
    }
    refusedBy("name", json(Request.post(keys).as(token), "{\"name\":5,\"environment\":\"live\"}"));
    refusedBy("scopes", json(Request.post(keys).as(token), "{\"name\":\"n\",\"scopes\":{}}"));
    for (String text :
        List.of("{\"name\":\"n\",\"name\":\"m\"}", "{\"name\":NaN}", "{} {}", "{}x")) {
      refused(400, json(Request.post(keys).as(token), text));
    }
  }

  private void policies() {
    String org = someone("rules");
    String who = someone("rita");
    Map<String, String> known =
        given(
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in");
    String path = "/v1/organizations/" + known.get(org + ".slug") + "/policy";
    String token = known.get(who + ".token");
    Answered read = succeed(Request.get(path).as(token));
    Request put = Request.of("PUT", path).as(token).with("Prefer", "wait=10");
    Answered back = succeed(json(put, read.json().path("policy").toString()));
    assertThat(back.json().path("policy")).isEqualTo(read.json().path("policy"));

    Request patch = Request.of("PATCH", path).as(token).with("Prefer", "wait=10");
    byte[] fewer = "{\"keys\":{\"limit\":{\"maximum\":9}}}".getBytes(StandardCharsets.UTF_8);
    for (String type : List.of("application/merge-patch+json", "application/json")) {
      Answered changed = succeed(patch.with("Content-Type", type).body(fewer));
      assertThat(changed.field("policy.keys.limit.maximum")).isEqualTo("9");
    }
    refused(415, patch.with("Content-Type", "application/json-patch+json").body(fewer));
    refusedBy("keys.limt", json(patch, "{\"keys\":{\"limt\":{\"maximum\":9}}}"));
    refusedBy("keys", json(patch, "{\"keys\":null}"));
    refusedBy("environments", json(put, "{\"dialect\":\"canonical\"}"));
    refused(403, json(patch, "{\"keys\":{\"limit\":{\"maximum\":100000}}}"));
    Answered now =
        succeed(
            Request.get(
                    path + "?at_least=" + succeed(json(patch, "{}")).header("Keyledger-Position"))
                .as(token));
    assertThat(now.field("policy.keys.limit.maximum")).isEqualTo("9");
  }

  private void intervals() {
    String org = someone("days");
    String who = someone("dora");
    Map<String, String> known =
        given(
            org + " is a live organisation on standard",
            who + " is owner of " + org + " and signed in");
    String events = "/v1/organizations/" + known.get(org + ".slug") + "/events?";
    String token = known.get(who + ".token");
    String day = platform().clock().instant().toString().substring(0, 10);
    int all = items(Request.get(events + "from=" + day + "&to=" + day).as(token));
    assertThat(all).isPositive();
    assertThat(items(Request.get(events + "from=" + day + "T00:00:00+02:00").as(token)))
        .isGreaterThanOrEqualTo(all);
    for (String wrong :
        List.of(
            "2026-02-30",
            "2026-05-28T14:43:60Z",
            "1780000000",
            "+294277-01-01T00:00:00Z",
            "now",
            "")) {
      assertThat(ask(Request.get(events + "from=" + wrong).as(token)).status())
          .as(wrong)
          .isEqualTo(422);
      assertThat(ask(Request.get(events + "to=" + wrong).as(token)).status())
          .as(wrong)
          .isEqualTo(422);
    }
    refusedBy("to", Request.get(events + "from=2026-05-28&to=2026-05-26").as(token));
    for (String limit : List.of("0x10", "%2B5", "05", "%D9%A5", "5.0", "99999999999999999999")) {
      refusedBy("limit", Request.get(events + "limit=" + limit).as(token));
      refusedBy("limit", Request.get("/v1/sessions?limit=" + limit).as(token));
    }
  }

  private int items(Request request) {
    return succeed(request).json().path("items").size();
  }
}
