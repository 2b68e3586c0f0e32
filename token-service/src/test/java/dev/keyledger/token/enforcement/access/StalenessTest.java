package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StalenessTest {
  private static final TopicPartition ONE = new TopicPartition(Topics.ACCESS, 0);
  private static final TopicPartition TWO = new TopicPartition(Topics.REVOCATIONS, 0);

  // Near the overflow, where comparing instants instead of differences goes wrong.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final Staleness staleness = new Staleness(Duration.ofSeconds(2), now::get);

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void nothingIsFreshBeforeTheFirstAnswerWasApplied() {
    staleness.confirmed(now.get());
    assertThat(staleness.isFresh()).isFalse();
    staleness.asked(now.get(), Map.of(ONE, 10L));
    assertThat(staleness.isFresh()).isFalse();
    staleness.applied(ONE, 9);
    assertThat(staleness.isFresh()).isFalse();
    staleness.applied(ONE, 10);
    assertThat(staleness.isFresh()).isTrue();
  }

  @Test
  void everyPartitionHasToBeApplied() {
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 1L, TWO, 1L));
    staleness.applied(ONE, 5);
    assertThat(staleness.isFresh()).isFalse();
    staleness.applied(TWO, 1);
    assertThat(staleness.isFresh()).isTrue();
  }

  @Test
  void ageCountsFromTheAskingNotFromTheApplying() {
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 1L));
    pass(1_500);
    staleness.confirmed(now.get());
    staleness.applied(ONE, 1);
    assertThat(staleness.age()).isEqualTo(Duration.ofMillis(1_500));
    pass(499);
    assertThat(staleness.isFresh()).isTrue();
    pass(1);
    assertThat(staleness.isFresh()).isFalse();
  }

  @Test
  void withoutConfirmedAcknowledgementsItIsStaleHoweverMuchWasApplied() {
    staleness.applied(ONE, 1);
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 1L));
    pass(1_000);
    staleness.asked(now.get(), Map.of(ONE, 1L));
    pass(1_000);
    staleness.asked(now.get(), Map.of(ONE, 1L));
    assertThat(staleness.isFresh()).isFalse();
  }

  @Test
  void afterASilenceOnlyAQuestionAskedSinceCountsForReceiptsDidNotWaitMeanwhile() {
    staleness.applied(ONE, 1);
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 1L));
    pass(1_999);
    staleness.asked(now.get(), Map.of(ONE, 1L));
    long askedInSilence = now.get();
    pass(1);
    staleness.confirmed(now.get());
    assertThat(staleness.isFresh()).isFalse();
    staleness.asked(askedInSilence, Map.of(ONE, 1L));
    assertThat(staleness.isFresh()).isFalse();
    staleness.asked(now.get(), Map.of(ONE, 1L));
    assertThat(staleness.isFresh()).isTrue();
  }

  @Test
  void aConfirmationThatComesLateCountsFromItsSending() {
    staleness.applied(ONE, 1);
    long sentAt = now.get();
    pass(2_000);
    staleness.asked(now.get(), Map.of(ONE, 1L));
    staleness.confirmed(sentAt);
    assertThat(staleness.isFresh()).isFalse();
  }

  @Test
  void confirmationsOutOfOrderDoNotTurnTimeBack() {
    staleness.applied(ONE, 1);
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 1L));
    long early = now.get();
    pass(1_900);
    staleness.confirmed(now.get());
    staleness.confirmed(early);
    assertThat(staleness.isFresh()).isTrue();
  }

  @Test
  void whatBecameStaleRecoversByItself() {
    staleness.applied(ONE, 1);
    staleness.asked(now.get(), Map.of(ONE, 1L));
    staleness.confirmed(now.get());
    pass(10_000);
    assertThat(staleness.isFresh()).isFalse();
    staleness.confirmed(now.get());
    staleness.asked(now.get(), Map.of(ONE, 7L));
    assertThat(staleness.isFresh()).isFalse();
    staleness.applied(ONE, 7);
    assertThat(staleness.isFresh()).isTrue();
  }

  @Test
  void aBacklogOfQuestionsIsForgottenFromTheOldEnd() {
    staleness.confirmed(now.get());
    for (int i = 1; i <= 100; i++) {
      staleness.asked(now.get(), Map.of(ONE, (long) i));
    }
    staleness.applied(ONE, 99);
    assertThat(staleness.isFresh()).isTrue();
  }
}
