package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.RelayMark;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessFreshnessTest {
  private static final TopicPartition ONE = new TopicPartition(Topics.ACCESS, 0);
  private static final TopicPartition TWO = new TopicPartition(Topics.REVOCATIONS, 0);

  // Near the overflow, where comparing instants instead of differences goes wrong.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final AccessFreshness freshness = new AccessFreshness(Duration.ofSeconds(2), now::get, 5);

  /** As it is once it has had everything, and knows of nothing newer. */
  @BeforeEach
  void complete() {
    var access = new Uuid(0, 7);
    var revocations = new Uuid(0, 8);
    boolean unused =
        freshness
            .view()
            .reads(
                Set.of(ONE, TWO), Map.of(Topics.ACCESS, access, Topics.REVOCATIONS, revocations));
    var mark =
        new RelayMark(
            5,
            Map.of(Topics.ACCESS, access.toString(), Topics.REVOCATIONS, revocations.toString()),
            null);
    freshness.completeness().look(mark);
    freshness.view().asked(now.get(), Map.of());
    freshness.completeness().look(mark);
    assertThat(freshness.completeness().isReached()).isTrue();
    freshness.view().startOver();
  }

  private void pass(long millis) {
    now.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void nothingIsFreshBeforeTheFirstAnswerWasApplied() {
    freshness.confirmed(now.get());
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().asked(now.get(), Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().applied(Map.of(ONE, 9L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().applied(Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void everyPartitionHasToBeApplied() {
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 1L, TWO, 1L));
    freshness.view().applied(Map.of(ONE, 5L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().applied(Map.of(TWO, 1L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void ageCountsFromTheAskingNotFromTheApplying() {
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    pass(1_500);
    freshness.confirmed(now.get());
    freshness.view().applied(Map.of(ONE, 1L));
    assertThat(freshness.age()).isEqualTo(Duration.ofMillis(1_500));
    pass(499);
    assertThat(freshness.isFresh()).isTrue();
    pass(1);
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void withoutConfirmedAcknowledgementsItIsStaleHoweverMuchWasApplied() {
    freshness.view().applied(Map.of(ONE, 1L));
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    pass(1_000);
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    pass(1_000);
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void afterASilenceOnlyAQuestionAskedSinceCountsForReceiptsDidNotWaitMeanwhile() {
    freshness.view().applied(Map.of(ONE, 1L));
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    pass(1_999);
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    long askedInSilence = now.get();
    pass(1);
    freshness.confirmed(now.get());
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().asked(askedInSilence, Map.of(ONE, 1L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void aConfirmationThatComesLateCountsFromItsSending() {
    freshness.view().applied(Map.of(ONE, 1L));
    long sentAt = now.get();
    pass(2_000);
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    freshness.confirmed(sentAt);
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void confirmationsOutOfOrderDoNotTurnTimeBack() {
    freshness.view().applied(Map.of(ONE, 1L));
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    long early = now.get();
    pass(1_900);
    freshness.confirmed(now.get());
    freshness.confirmed(early);
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void whatBecameStaleRecoversByItself() {
    freshness.view().applied(Map.of(ONE, 1L));
    freshness.view().asked(now.get(), Map.of(ONE, 1L));
    freshness.confirmed(now.get());
    pass(10_000);
    assertThat(freshness.isFresh()).isFalse();
    freshness.confirmed(now.get());
    freshness.view().asked(now.get(), Map.of(ONE, 7L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.view().applied(Map.of(ONE, 7L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void aBacklogOfQuestionsIsForgottenFromTheOldEnd() {
    freshness.confirmed(now.get());
    for (int i = 1; i <= 100; i++) {
      freshness.view().asked(now.get(), Map.of(ONE, (long) i));
    }
    freshness.view().applied(Map.of(ONE, 99L));
    assertThat(freshness.isFresh()).isTrue();
  }
}
