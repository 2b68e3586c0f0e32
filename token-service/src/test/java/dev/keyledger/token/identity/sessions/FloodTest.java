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
import org.springframework.test.context.TestPropertySource;

/** Nobody is locked out here, since what nothing is hashed for is no flood. */
@TestPropertySource(properties = "keyledger.people.lock-out.failures=1000000")
class FloodTest extends PeopleHttpTest {
  private static final int CLIENTS = 64;
  private static final int GUESSERS = 40;
  private static final int RIGHT_ONES = 22;

  @Test
  void fortyConnectionsOfWrongPasswordsKeepNoRightOneOut() throws Exception {
    String email = someEmail();
    org().member(email);
    var guessing = new AtomicBoolean(true);
    var underWay = new CountDownLatch(GUESSERS);
    Api guesser = anotherAddress();
    try (var clients = Executors.newFixedThreadPool(GUESSERS)) {
      List<Future<Integer>> guesses =
          IntStream.range(0, GUESSERS)
              .mapToObj(i -> clients.submit(() -> guess(guesser, email, underWay, guessing)))
              .toList();
      underWay.await();
      try {
        assertThat(IntStream.range(0, RIGHT_ONES).mapToObj(i -> signIn(email).code()))
            .containsOnly("201 null");
      } finally {
        guessing.set(false);
      }
      int refusedAsBusy = 0;
      for (Future<Integer> guess : guesses) {
        refusedAsBusy += guess.get();
      }
      assertThat(refusedAsBusy).isPositive();
    }
  }

  /** How often it was told that it has had its share. */
  private static int guess(
      Api guesser, String email, CountDownLatch underWay, AtomicBoolean guessing) {
    int busy = 0;
    do {
      Api.Answer answer =
          guesser.post("/v1/sessions", Map.of("email", email, "password", "a guess"));
      assertThat(answer.code()).isIn("401 invalid_credentials", "503 busy");
      busy += answer.status() == 503 ? 1 : 0;
      underWay.countDown();
    } while (guessing.get());
    return busy;
  }

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
      try {
        for (int i = 0; i < 50; i++) {
          assertThat(api.get(PeopleTestApplication.ELSEWHERE, null).status()).isEqualTo(200);
        }
      } finally {
        flooding.set(false);
      }
      boolean anyBusy = false;
      for (Future<Boolean> client : busy) {
        anyBusy |= client.get();
      }
      assertThat(anyBusy).isTrue();
    }
  }
}
