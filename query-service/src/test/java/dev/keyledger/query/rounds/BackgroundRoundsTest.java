package dev.keyledger.query.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.transaction.CannotCreateTransactionException;

class BackgroundRoundsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private interface Work {
    void round() throws InterruptedException;
  }

  private static final class Rounds extends BackgroundRounds {
    private final Work work;
    private final List<Long> began = new CopyOnWriteArrayList<>();

    Rounds(Duration unasked, Work work) {
      super("rounds-under-test", "work cannot be done", unasked, SHORT, Duration.ofMillis(50));
      this.work = work;
    }

    @Override
    protected void round() throws InterruptedException {
      began.add(System.nanoTime());
      work.round();
    }

    void ask() {
      due();
    }
  }

  private Rounds rounds = new Rounds(LONG, () -> {});

  @AfterEach
  void stop() {
    rounds.stop();
  }

  private void start(Duration unasked, Work work) {
    rounds = new Rounds(unasked, work);
    rounds.start();
  }

  private void awaitRounds(int many) {
    await().until(() -> rounds.began.size() >= many);
  }

  @Test
  void thereIsARoundAtTheStartAndOneForWhatIsDueAndOneUnasked() {
    start(LONG, () -> {});
    awaitRounds(1);
    rounds.ask();
    awaitRounds(2);
    rounds.stop();

    start(SHORT, () -> {});
    awaitRounds(3);
  }

  @Test
  void roundsGoOnWhateverOneThrowsAndOnlyWhatIsNoPassingTroubleOfTheDatabaseIsAFault() {
    Queue<Throwable> failures =
        new ArrayDeque<>(
            List.of(
                new QueryTimeoutException("busy"),
                new CannotCreateTransactionException("away"),
                new IllegalStateException("ours"),
                new StackOverflowError("deep")));
    var told = new ListAppender<ILoggingEvent>();
    told.start();
    var log = (Logger) LoggerFactory.getLogger(Rounds.class);
    log.addAppender(told);
    try {
      start(
          SHORT,
          () -> {
            switch (failures.poll()) {
              case RuntimeException e -> throw e;
              case Error e -> throw e;
              case null, default -> {}
            }
          });
      awaitRounds(6);
    } finally {
      log.detachAppender(told);
    }

    assertThat(told.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.WARN, Level.ERROR, Level.ERROR);
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "work cannot be done just now: QueryTimeoutException",
            "work cannot be done just now: CannotCreateTransactionException",
            "work cannot be done",
            "work cannot be done");
  }

  @Test
  void whatFailsComesLaterEachTimeHoweverOftenItIsDue() {
    start(
        LONG,
        () -> {
          throw new IllegalStateException("always");
        });
    await()
        .until(() -> {
          rounds.ask();
          return rounds.began.size() >= 4;
        });

    for (int i = 1; i < 4; i++) {
      assertThat(Duration.ofNanos(rounds.began.get(i) - rounds.began.get(i - 1)))
          .isGreaterThanOrEqualTo(Duration.ofMillis(100L << (i - 1)));
    }
  }

  @Test
  void anEndInterruptsWhatTakesTooLongAndWaitsForNothingForEver() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    start(
        LONG,
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          // Takes no notice of it.
          while (never.getCount() > 0) {
            Thread.onSpinWait();
          }
        });
    awaitRounds(1);

    rounds.stop();

    assertThat(rounds.isRunning()).isFalse();
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    never.countDown();
    await()
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("rounds-under-test")));
    assertThat(rounds.began).hasSize(1);
  }

  @Test
  void whatWasStoppedCanBeStartedAgain() {
    start(LONG, () -> {});
    awaitRounds(1);
    rounds.stop();
    rounds.start();
    awaitRounds(2);
    assertThat(rounds.isRunning()).isTrue();
  }
}
