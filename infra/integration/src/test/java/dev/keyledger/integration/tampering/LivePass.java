package dev.keyledger.integration.tampering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** A whole pass of the live check, as an operator asks for it. */
final class LivePass {
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Cluster cluster;

  LivePass(Cluster cluster) {
    this.cluster = cluster;
  }

  /** By organisation, what a whole pass of the live check names. */
  Map<String, TreeSet<String>> run() {
    Answer asked = cluster.people().operator().post("/v1/platform/log/check");
    assertThat(asked.status()).as(asked.toString()).isEqualTo(202);
    long pass = asked.node("pass").asLong();
    await().atMost(SOON).until(() -> isOver(check(), pass));
    JsonNode check = check();
    for (JsonNode part : check.path("parts")) {
      assertThat(part.path("hindered").isNull()).as(part.toString()).isTrue();
    }
    var found = new LinkedHashMap<String, TreeSet<String>>();
    for (JsonNode one : check.path("findings")) {
      found
          .computeIfAbsent(one.path("organization").asString("platform"), id -> new TreeSet<>())
          .add(
              one.path("part").asString()
                  + " "
                  + one.path("kind").asString()
                  + " "
                  + one.path("position").asString("null"));
    }
    return found;
  }

  private JsonNode check() {
    return cluster.people().operator().get("/v1/platform/log/check").body();
  }

  private static boolean isOver(JsonNode check, long pass) {
    return check.at("/pass/pass").asLong() >= pass
        && check.at("/pass/state").asString().equals("finished");
  }
}
