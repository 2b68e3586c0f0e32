package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FloodTest extends PeopleHttpTest {
  private static final int CLIENTS = 64;

  /** More clients than the server has threads; what waits for a hash never takes them all. */
  @Test
  void aFloodOfSignInsIsRefusedAsBusyWhileTheRestOfTheServiceAnswers() throws Exception {
    var flooding = new AtomicBoolean(true);
    var underWay = new CountDownLatch(CLIENTS);
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Boolean>> busy =
          IntStream.range(0, CLIENTS)
              .mapToObj(i ->
                  clients.submit(() -> {
                    boolean sawBusy = false;
                    do {
                      Api.Answer answer =
                          anotherAddress()
                              .post(
                                  "/v1/sessions",
                                  Map.of("email", someEmail(), "password", PASSWORD));
                      assertThat(answer.code()).isIn("401 invalid_credentials", "503 busy");
                      if (answer.status() == 503) {
                        assertThat(answer.header("Retry-After")).isEqualTo("1");
                        sawBusy = true;
                      }
                      underWay.countDown();
                    } while (flooding.get());
                    return sawBusy;
                  }))
              .toList();
      underWay.await();
      for (int i = 0; i < 50; i++) {
        assertThat(api.get("/elsewhere", null).status()).isEqualTo(200);
      }
      flooding.set(false);
      boolean anyBusy = false;
      for (Future<Boolean> client : busy) {
        anyBusy |= client.get();
      }
      assertThat(anyBusy).isTrue();
    }
  }
}
