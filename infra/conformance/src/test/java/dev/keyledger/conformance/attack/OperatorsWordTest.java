package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the operator set binds owners, and owners don't shut themselves out without knowing it. */
class OperatorsWordTest extends Attack {
  private static final String INSIDE = "198.51.100.7";
  private static final String OUTSIDE = "203.0.113.90";
  private static final List<String> PRESETS = List.of("standard", "incrm");

  @TestFactory
  Stream<DynamicTest> allowlists() {
    return Stream.of(
        sentence(
            "An owner neither lifts nor widens the operator's allowlist, from inside it or outside",
            () -> PRESETS.forEach(this::lifting)),
        sentence(
            "An owner shuts themselves out by no allowlist unless they say that they know",
            () -> PRESETS.forEach(this::shuttingOut)));
  }

  private record Owned(String path, String owner, String key) {
    Request allowlist(List<String> cidrs, String from) {
      return Request.of("PUT", path + "/ip-allowlist")
          .json(Map.of("cidrs", cidrs))
          .with("Prefer", "wait=10")
          .with("X-Forwarded-For", from)
          .as(owner);
    }

    Request use(String from) {
      return Request.get("/v1/authorize").as(key).with("X-Forwarded-For", from);
    }
  }

  private Owned owned(String preset) {
    String org = someone("bound");
    String owner = someone("oda");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + preset,
            owner + " is owner of " + org + " and signed in");
    String path = "/v1/organizations/" + known.get(org + ".slug");
    String key =
        succeed(
                Request.post(path + "/keys", Map.of("name", "bound", "environment", "live"))
                    .with("Prefer", "wait=10")
                    .as(known.get(owner + ".token")))
            .field("secret");
    return new Owned(path, known.get(owner + ".token"), key);
  }

  private void lifting(String preset) {
    Owned owned = owned(preset);
    succeed(
        asOperator(
            Request.of("PUT", owned.path() + "/ip-allowlist")
                .json(Map.of("cidrs", List.of("198.51.100.0/24")))
                .with("Prefer", "wait=10")));
    for (List<String> wider :
        List.of(
            List.<String>of(),
            List.of("0.0.0.0/0", "::/0"),
            List.of("198.51.0.0/16"),
            List.of("198.51.100.0/24", OUTSIDE + "/32"))) {
      for (String from : List.of(INSIDE, OUTSIDE)) {
        Answered answer = ask(owned.allowlist(wider, from));
        assertThat(answer.status()).as(preset + wider + from + ": " + answer).isEqualTo(403);
      }
      refused(403, owned.use(OUTSIDE));
      succeed(owned.use(INSIDE));
    }
    succeed(owned.allowlist(List.of("198.51.100.0/28"), INSIDE));
    refused(403, owned.use("198.51.100.200"));
    succeed(owned.use(INSIDE));
  }

  private void shuttingOut(String preset) {
    Owned owned = owned(preset);
    Request elsewhere = owned.allowlist(List.of("198.51.100.0/24"), OUTSIDE);

    Answered told = ask(elsewhere);

    assertThat(told.status()).as(preset + ": " + told).isEqualTo(409);
    assertThat(told.field("code")).isEqualTo("would_shut_out_caller");
    succeed(owned.use(OUTSIDE));
    refused(422, elsewhere.target(owned.path() + "/ip-allowlist?confirm=yes"));
    succeed(elsewhere.target(owned.path() + "/ip-allowlist?confirm=shut_out"));
    refused(403, owned.use(OUTSIDE));
    refused(403, owned.allowlist(List.of(), OUTSIDE));
  }
}
