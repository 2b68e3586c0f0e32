package dev.keyledger.kit.web.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final Network LOUD = new Network("203.0.113.1");
  private static final Network CALM = new Network("198.51.100.1");
  private static final Network THIRD = new Network("192.0.2.1");

  private final FairQueue<String> queue = new FairQueue<>(8);

  @Test
  void networksTakeTurnsHoweverMuchOneOfThemSends() throws Exception {
    for (int i = 1; i <= 4; i++) {
      assertThat(queue.offer(LOUD, "loud " + i)).isTrue();
    }
    assertThat(queue.offer(CALM, "calm 1")).isTrue();
    assertThat(queue.offer(THIRD, "third 1")).isTrue();

    assertThat(queue.take()).isEqualTo("loud 1");
    assertThat(queue.take()).isEqualTo("calm 1");
    assertThat(queue.take()).isEqualTo("third 1");
    assertThat(queue.take()).isEqualTo("loud 2");
    queue.offer(CALM, "calm 2");
    assertThat(queue.take()).isEqualTo("loud 3");
    assertThat(queue.take()).isEqualTo("calm 2");
    assertThat(queue.take()).isEqualTo("loud 4");
  }

  @Test
  void aNetworkFillsHalfTheRoomAndTheNextOneFindsAPlace() throws Exception {
    int places = 0;
    while (queue.offer(LOUD, "loud")) {
      places++;
    }

    assertThat(places).isEqualTo(4);
    assertThat(queue.offer(CALM, "calm")).isTrue();
    queue.take();
    queue.take();
    assertThat(queue.offer(LOUD, "loud")).isTrue();
  }

  @Test
  void whoeverWaitsForWorkGetsItOnceItComes() {
    var taken =
        CompletableFuture.supplyAsync(() -> {
          try {
            return queue.take();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    queue.offer(CALM, "calm");

    assertThat(taken.join()).isEqualTo("calm");
  }
}
