package dev.keyledger.kit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataAccessResourceFailureException;

class ClocksTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58Z");

  private final AtomicLong nanoTime = new AtomicLong(17);

  @Test
  void theEarlierOfTwoClocksIsAgreedOn() {
    assertThat(new AgreedClock(at(NOW), () -> NOW.minusSeconds(1)).instant())
        .isEqualTo(NOW.minusSeconds(1));
    assertThat(new AgreedClock(at(NOW), () -> NOW.plusSeconds(1)).instant()).isEqualTo(NOW);
  }

  @Test
  void theDatabaseIsAskedNowAndThenAndItsAnswerCountedOnByMonotonicTime() {
    var asked = new AtomicInteger();
    var clock =
        new JdbcDatabaseClock(
            () -> {
              asked.incrementAndGet();
              return NOW;
            },
            nanoTime::get);
    assertThat(clock.now()).isEqualTo(NOW);
    nanoTime.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(clock.now()).isEqualTo(NOW.plusSeconds(9));
    assertThat(asked).hasValue(1);

    nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(clock.now()).isEqualTo(NOW);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aDatabaseThatIsAwayIsCountedOnForIfItEverAnswered() {
    var answers = new AtomicInteger(1);
    var clock =
        new JdbcDatabaseClock(
            () -> {
              if (answers.getAndDecrement() <= 0) {
                throw new DataAccessResourceFailureException("away");
              }
              return NOW;
            },
            nanoTime::get);
    clock.now();
    nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(clock.now()).isEqualTo(NOW.plusSeconds(60));
    var never = new JdbcDatabaseClock(ClocksTest::away, nanoTime::get);
    assertThatThrownBy(never::now).isInstanceOf(DataAccessResourceFailureException.class);
    assertThat(health(never).getStatus()).isEqualTo(Status.UNKNOWN);
  }

  @Test
  void aClockThatIsOffByMoreThanTheToleranceIsOutOfService() {
    assertThat(health(() -> NOW.plusSeconds(5)).getStatus()).isEqualTo(Status.UP);
    assertThat(health(() -> NOW.minusMillis(5_001)).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(health(() -> NOW.plusMillis(5_001)).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(health(() -> NOW.plusSeconds(9)).getDetails())
        .containsEntry("ahead_of_database_ms", -9_000L);
  }

  private static Health health(DatabaseClock clock) {
    return new ClockHealth(new AgreedClock(at(NOW), clock), Duration.ofSeconds(5)).health();
  }

  private static Instant away() {
    throw new DataAccessResourceFailureException("away");
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }
}
