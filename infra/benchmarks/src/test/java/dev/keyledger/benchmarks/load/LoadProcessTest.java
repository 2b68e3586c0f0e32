package dev.keyledger.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.benchmarks.ceiling.BareNetty;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both ends for real: the load process against the bare server. Nothing here is timed. */
class LoadProcessTest {
  private static final int ROUNDS = 20;

  private static BareNetty server;
  private static LoadProcess load;

  @BeforeAll
  static void start() {
    server = BareNetty.start();
    load = LoadProcess.start();
  }

  @AfterAll
  static void end() {
    load.close();
    server.close();
  }

  @Test
  void everyAnswerOfAHealthyServerCounts() {
    LoadResult result = answered("\"valid\":true");

    assertThat(result.failed()).isZero();
    assertThat(result.succeeded()).isPositive();
    assertThat(result.perSecond()).isPositive();
    assertThat(result.p99Nanos()).isGreaterThanOrEqualTo(result.medianNanos());
  }

  @Test
  void anAnswerThatSaysSomethingElseIsAFailure() {
    LoadResult result = answered("\"valid\":false");

    assertThat(result.failed()).isPositive();
    assertThatThrownBy(result::orThrow).hasMessageContaining("requests failed");
  }

  /** On a busy machine the first rounds of a fresh process may be over before any answer came. */
  private static LoadResult answered(String expected) {
    LoadResult result = load.run(order(expected));
    for (int round = 1; round < ROUNDS && result.succeeded() + result.failed() == 0; round++) {
      result = load.run(order(expected));
    }
    return result;
  }

  private static LoadOrder order(String expected) {
    List<String> requests =
        List.of(
            RawRequest.post("/a", Map.of(), "{\"key\":\"one\"}"),
            RawRequest.post("/b", Map.of("X-Request-Id", "two"), "{\"key\":\"ü\"}"));
    return new LoadOrder(server.port(), 4, 2_000, requests, expected);
  }
}
