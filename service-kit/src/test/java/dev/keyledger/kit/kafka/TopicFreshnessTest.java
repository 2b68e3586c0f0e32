package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicFreshnessTest {
  private static final TopicPartition ONE = new TopicPartition(Topics.ACCESS, 0);
  private static final TopicPartition TWO = new TopicPartition(Topics.REVOCATIONS, 0);

  private static final Uuid ACCESS = new Uuid(0, 7);
  private static final Uuid ANOTHER = new Uuid(0, 8);

  private final MovableClock clock = new MovableClock();
  private final TopicFreshness freshness = new TopicFreshness(Duration.ofSeconds(2), clock);

  @Test
  void aQuestionIsAnsweredOnceEverythingBeforeTheEndsIsApplied() {
    freshness.asked(clock.getAsLong(), Map.of(ONE, 10L, TWO, 1L));
    freshness.applied(Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isFalse();
    assertThat(freshness.wasEverFresh()).isFalse();
    freshness.applied(Map.of(TWO, 1L));
    assertThat(freshness.isFresh()).isTrue();
    assertThat(freshness.wasEverFresh()).isTrue();
  }

  @Test
  void whatWasAppliedBeforeTheQuestionWasAnsweredCounts() {
    freshness.applied(Map.of(ONE, 10L));
    freshness.asked(clock.getAsLong(), Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void ageCountsFromTheAskingNotFromTheApplying() {
    freshness.asked(clock.getAsLong(), Map.of(ONE, 1L));
    clock.advance(Duration.ofMillis(1_500));
    freshness.applied(Map.of(ONE, 1L));
    assertThat(freshness.ageNanos()).isEqualTo(Duration.ofMillis(1_500).toNanos());
    clock.advance(Duration.ofMillis(499));
    assertThat(freshness.isFresh()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void aReaderThatBeginsAnewHasNotAppliedWhatItOnceHad() {
    freshness.applied(Map.of(ONE, 10L));
    freshness.applied(Map.of(ONE, 3L));
    freshness.asked(clock.getAsLong(), Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.applied(Map.of(ONE, 10L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void afterStartingOverOnlyAQuestionAskedSinceCounts() {
    freshness.applied(Map.of(ONE, 1L));
    freshness.asked(clock.getAsLong(), Map.of(ONE, 1L));
    freshness.asked(clock.getAsLong(), Map.of(ONE, 2L));
    long askedBefore = clock.getAsLong();
    clock.advance(Duration.ofMillis(1));

    freshness.startOver();
    assertThat(freshness.isFresh()).isFalse();
    freshness.applied(Map.of(ONE, 2L));
    freshness.asked(askedBefore, Map.of(ONE, 2L));
    assertThat(freshness.isFresh()).isFalse();

    freshness.asked(clock.getAsLong(), Map.of(ONE, 2L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void aBacklogOfQuestionsIsForgottenFromTheOldEnd() {
    for (int i = 1; i <= 100; i++) {
      freshness.asked(clock.getAsLong(), Map.of(ONE, (long) i));
    }
    freshness.applied(Map.of(ONE, 84L));
    assertThat(freshness.isFresh()).isFalse();
    freshness.applied(Map.of(ONE, 99L));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void theEndsOfAnotherTopicOfTheSameNameSayNothingOfTheOneThatIsRead() {
    freshness.reads(Set.of(ONE), Map.of(Topics.ACCESS, ACCESS));
    freshness.applied(Map.of(ONE, 10L));
    var question = freshness.question();

    freshness.answered(question, Map.of(ONE, 12L), Map.of(Topics.ACCESS, ANOTHER));
    freshness.applied(Map.of(ONE, 12L));
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void anEndBeforeWhatWasAppliedWhenItWasAskedForMakesTheViewStale() {
    freshness.reads(Set.of(ONE), Map.of(Topics.ACCESS, ACCESS));
    freshness.applied(Map.of(ONE, 10L));
    freshness.answered(freshness.question(), Map.of(ONE, 10L), Map.of(Topics.ACCESS, ACCESS));
    assertThat(freshness.isFresh()).isTrue();

    freshness.answered(freshness.question(), Map.of(ONE, 9L), Map.of(Topics.ACCESS, ACCESS));
    assertThat(freshness.isFresh()).isFalse();
  }

  @Test
  void whatIsAppliedBetweenTheAskingAndTheAnswerIsNoSignOfATopicThatWasSetBack() {
    freshness.reads(Set.of(ONE), Map.of(Topics.ACCESS, ACCESS));
    freshness.applied(Map.of(ONE, 10L));
    var question = freshness.question();
    freshness.applied(Map.of(ONE, 20L));
    freshness.answered(question, Map.of(ONE, 15L), Map.of(Topics.ACCESS, ACCESS));
    assertThat(freshness.isFresh()).isTrue();
  }

  @Test
  void aReaderThatBeginsAnotherTopicHasAppliedNothingOfItYet() {
    freshness.reads(Set.of(ONE), Map.of(Topics.ACCESS, ACCESS));
    freshness.applied(Map.of(ONE, 10L));
    freshness.answered(freshness.question(), Map.of(ONE, 10L), Map.of(Topics.ACCESS, ACCESS));

    freshness.reads(Set.of(ONE), Map.of(Topics.ACCESS, ANOTHER));
    assertThat(freshness.isFresh()).isFalse();
    freshness.answered(freshness.question(), Map.of(ONE, 3L), Map.of(Topics.ACCESS, ANOTHER));
    assertThat(freshness.isFresh()).isFalse();
    freshness.applied(Map.of(ONE, 3L));
    assertThat(freshness.isFresh()).isTrue();
  }
}
