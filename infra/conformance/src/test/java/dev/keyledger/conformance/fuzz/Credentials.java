package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** By whom an operation is asked: an owner of an organisation of the fuzzer's own, for the most. */
final class Credentials {
  private final String owner;
  private final String operator;
  private final List<String> others;
  private final Targets targets;
  private final Map<String, List<String>> known;

  Credentials(Platform platform) {
    Map<String, String> stage =
        platform
            .stage()
            .given(
                "fuzz-api is a live organisation on incrm",
                "fiona is owner of fuzz-api and signed in",
                "fuzz-api-key is a live key of fiona in fuzz-api",
                "flint is owner of fuzz-api");
    this.owner = stage.get("fiona.token");
    this.operator = platform.operatorToken();
    this.targets = new Targets(platform);
    this.others = new ArrayList<>(targets.credentials());
    others.add(stage.get("fuzz-api-key.secret"));
    this.known =
        Map.of(
            "org", List.of(stage.get("fuzz-api.id"), stage.get("fuzz-api.slug")),
            "organization", List.of(stage.get("fuzz-api.slug")),
            "key", List.of(stage.get("fuzz-api-key.id"), stage.get("fuzz-api-key.secret")),
            "key_id", List.of(stage.get("fuzz-api-key.id")),
            "member", List.of(stage.get("flint.member")),
            "environment", List.of("live", "test"),
            "role", List.of("auditor", "developer"),
            "email", List.of("nobody@fuzz.test", stage.get("flint.email")),
            "name", List.of("fuzz"));
  }

  Map<String, List<String>> known() {
    return known;
  }

  /**
   * @param operatorToo whether the operator may ask as well
   */
  Request onto(Request bare, Dice dice, boolean operatorToo, String operation) {
    // From another address each time: wrong passwords lock out the network that they come from.
    Request request = bare.with("X-Forwarded-For", targets.address());
    if (dice.oneIn(10)) {
      return request;
    }
    if (operation.equals("endSession") || dice.oneIn(10)) {
      return request.as(dice.of(others));
    }
    return request.as(operatorToo && dice.oneIn(4) ? operator : owner);
  }
}
