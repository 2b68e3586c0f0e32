package dev.keyledger.kit.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecurringTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final List<Throwable> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  private void every(Runnable turn, Consumer<Throwable> failed) {
    var unused = Recurring.every(scheduler, Duration.ZERO, SHORT, turn, failed);
  }

  @Test
  void whatATurnThrowsIsToldAndTheNextComes() {
    RuntimeException failure = new IllegalStateException("one");
    every(
        () -> {
          if (turns.incrementAndGet() == 1) {
            throw failure;
          }
        },
        told::add);
    await().until(() -> turns.get() >= 3);
    assertThat(told).containsExactly(failure);
  }

  @Test
  void anErrorEndsItNoMoreThanAnythingElse() {
    Error failure = new StackOverflowError();
    every(
        () -> {
          if (turns.incrementAndGet() == 1) {
            throw failure;
          }
        },
        told::add);
    await().until(() -> turns.get() >= 3);
    assertThat(told).containsExactly(failure);
  }

  @Test
  void whatTellingThrowsEndsItNeither() {
    every(
        () -> {
          turns.incrementAndGet();
          throw new IllegalStateException();
        },
        e -> {
          throw new OutOfMemoryError();
        });
    await().until(() -> turns.get() >= 3);
  }
}
