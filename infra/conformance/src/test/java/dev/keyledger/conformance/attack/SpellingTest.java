package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Nothing is shown as what it isn't, and nothing goes by two names. */
class SpellingTest extends Attack {
  private static final List<String> HIDDEN =
      List.of(
          "prod\u200B", // zero-width space
          "\u202Eyek dorp", // right-to-left override
          "prod\u2066", // isolate
          "\uFEFFprod",
          "pr\u00ADod", // soft hyphen
          "prod\u2028key",
          "\u3164", // a filler
          "\u00A0\u3000"); // spaces alone

  @TestFactory
  Stream<DynamicTest> spellings() {
    return Stream.of(
        sentence(
            "No name holds what can't be seen or turns round what can, by any path", this::names),
        sentence("A token is good in one spelling alone", this::tokens),
        sentence("An id is good in one spelling alone", this::ids));
  }

  private void names() {
    Map<String, String> known =
        given(
            "seen is a live organisation on incrm",
            "sven is owner of seen and signed in at InCRM",
            "paid is a live organisation on syncgram-pay",
            "paula is owner of paid and signed in at Syncgram Pay");
    String path = "/v1/organizations/" + known.get("seen.slug");
    String sven = known.get("sven.token");
    String key =
        succeed(
                Request.post(path + "/keys", Map.of("name", "honest", "environment", "live"))
                    .as(sven))
            .field("key.id");
    for (String name : HIDDEN) {
      for (Request request :
          List.of(
              asOperator(
                  Request.post(
                      "/v1/organizations",
                      Map.of("slug", someone("hid"), "name", name, "preset", "standard"))),
              asOperator(
                  Request.post(
                      "/v1/platform/services",
                      Map.of("name", name, "permissions", List.of("keys.verify")))),
              Request.post(path + "/keys", Map.of("name", name, "environment", "live")).as(sven),
              Request.of("PATCH", path + "/keys/" + key).json(Map.of("name", name)).as(sven),
              Request.post("/api/v1/api-key", Map.of("name", name)).as(sven),
              Request.post("/api/v1/auth/api-keys", Map.of("key_name", name))
                  .as(known.get("paula.token")))) {
        Answered answer = ask(request);
        assertThat(answer.status())
            .as(request.target() + " " + name.codePoints().boxed().toList() + ": " + answer)
            .isIn(400, 422);
      }
      if (!name.isBlank()) {
        Answered reason =
            ask(Request.of("DELETE", path + "/keys/" + key).json(Map.of("reason", name)).as(sven));
        assertThat(reason.isSuccess()).as(reason.toString()).isFalse();
        Answered invited =
            ask(
                Request.post(
                        path + "/members",
                        Map.of("email", "x" + name + "@people.test", "role", "employee"))
                    .as(sven));
        assertThat(invited.status()).as(invited.toString()).isEqualTo(422);
      }
    }
    succeed(Request.get(path + "/keys/" + key).as(sven));
  }

  private void tokens() {
    Map<String, String> known =
        given("plain is a live organisation on standard", "petra is owner of plain and signed in");
    String token = known.get("petra.token");
    Request authorize = Request.get("/v1/authorize");
    succeed(authorize.as(token));
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    // 64 bytes end with four bits that nobody reads.
    for (int unread = 1; unread < 16; unread++) {
      String other = token.substring(0, token.length() - 1) + alphabet.charAt(last ^ unread);
      refused(401, authorize.as(other));
    }
    for (String other :
        List.of(
            token + "=",
            token + "==",
            token + ".",
            token.replace('_', '/').replace('-', '+') + "=")) {
      refused(401, authorize.as(other));
    }
  }

  private void ids() {
    Map<String, String> known =
        given("named is a live organisation on standard", "nora is owner of named and signed in");
    String nora = known.get("nora.token");
    String id = known.get("named.id");
    succeed(Request.get("/v1/organizations/" + id + "/keys").as(nora));
    String digits = id.substring(4);
    for (String other :
        List.of(
            id.toUpperCase(Locale.ROOT),
            "org_" + digits.toUpperCase(Locale.ROOT),
            "ORG_" + digits,
            digits,
            "org_" + digits.replace("-", ""),
            "org_0" + digits.substring(1).replaceFirst("^0*", ""),
            "org_%7B" + digits + "%7D")) {
      if (!other.equals(id)) {
        Answered answer = ask(Request.get("/v1/organizations/" + other + "/keys").as(nora));
        assertThat(answer.status()).as(other + ": " + answer).isIn(403, 404);
      }
    }
  }
}
