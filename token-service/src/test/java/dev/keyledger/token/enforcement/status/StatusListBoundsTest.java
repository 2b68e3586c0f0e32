package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.enforcement.access.AccessSettings;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who reads lists holds few of the threads that others need, while PostgreSQL gives no answer. */
class StatusListBoundsTest {
  private final SilentDatabase database = new SilentDatabase();
  private final AccessState state = new AccessState();
  private final StatusLists lists =
      new StatusLists(
          new StatusTable(JdbcClient.create(database)),
          new TokenDecision(state, new EndedTokens(Duration.ofHours(25), System::nanoTime)),
          new AccessTokens(
              state, new TestServerKeys(), "http://localhost:8080", Duration.ofHours(24)),
          new ReplicaFreshness() {
            @Override
            public boolean isFresh() {
              return true;
            }

            @Override
            public Duration age() {
              return Duration.ZERO;
            }
          },
          Clock.systemUTC(),
          new StatusSettings(Duration.ofSeconds(30), Duration.ofMinutes(5), 6_000),
          new AccessSettings(
              Duration.ofSeconds(2),
              new AccessSettings.Access(Duration.ofHours(24), Duration.ofHours(1), 1)));

  @Test
  void oneNetworkWaitsWithSoManyRequestsAndAnotherFindsRoom() throws Exception {
    Network one = Network.of("192.0.2.1");
    List<Future<Optional<String>>> waiting = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        waiting.add(threads.submit(() -> lists.find(UUID.randomUUID(), one)));
      }
      // Two are being made, and the others wait for them.
      assertThat(database.asked.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
      await().atMost(Duration.ofSeconds(1)).until(() -> lists.waiting() == 8);

      assertThatThrownBy(() -> lists.find(UUID.randomUUID(), one))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo("busy"));
      waiting.add(threads.submit(() -> lists.find(UUID.randomUUID(), Network.of("198.51.100.1"))));
      await().atMost(Duration.ofSeconds(1)).until(() -> lists.waiting() == 9);
      database.away.countDown();

      for (Future<Optional<String>> each : waiting) {
        assertThatThrownBy(each::get).isInstanceOf(ExecutionException.class);
      }
      assertThat(lists.waiting()).isZero();
    } finally {
      lists.close();
    }
  }
}
