package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.kit.kafka.TopicFreshness;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CompletenessTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.ACCESS, 0);
  private static final Uuid READ = new Uuid(0, 7);
  private static final Uuid ANOTHER = new Uuid(0, 8);

  private final MovableClock clock = new MovableClock();
  private final TopicFreshness view = new TopicFreshness(Duration.ofSeconds(2), clock);
  private final Completeness completeness = new Completeness(view, 40);

  @Test
  void itIsReachedOnceAllIsAppliedThatWasThereWhenTheTopicWasKnownToBeWhole() {
    reading(READ);
    levelWith(3);
    completeness.look(mark(40, READ, null));
    assertThat(completeness.isReached()).isFalse();
    assertThat(view.isFresh()).isFalse();

    levelWith(4);
    completeness.look(mark(40, READ, null));
    assertThat(completeness.isReached()).isTrue();
  }

  @Test
  void notOnATopicThatReachesLessFarThanWasReflectedBefore() {
    reading(READ);
    looksTwice(mark(39, READ, null));

    assertThat(completeness.isReached()).isFalse();
  }

  @Test
  void notOnATopicThatTheRelayDoesNotName() {
    reading(READ);
    looksTwice(mark(41, ANOTHER, null));

    assertThat(completeness.isReached()).isFalse();
  }

  @Test
  void notWhileTheTopicIsFilled() {
    reading(READ);
    looksTwice(mark(45, READ, new RelayMark.Filling(50, Map.of())));

    assertThat(completeness.isReached()).isFalse();
  }

  @Test
  void thatAnotherTopicIsFilledIsNoMatterOfThisOne() {
    reading(READ);
    var ahead = new RelayMark(50, null, null);
    looksTwice(mark(3, READ, new RelayMark.Filling(50, Map.of(Topics.ACCESS, ahead))));

    assertThat(completeness.isReached()).isTrue();
  }

  @Test
  void whatWasReachedOnceIsNotLostWithTheTopic() {
    reading(READ);
    looksTwice(mark(40, READ, null));
    reading(ANOTHER);
    looksTwice(mark(0, ANOTHER, new RelayMark.Filling(40, Map.of())));

    assertThat(completeness.isReached()).isTrue();
    assertThat(completeness.isWhole(mark(0, ANOTHER, null))).isFalse();
  }

  private void reading(Uuid topic) {
    boolean unused = view.reads(Set.of(PARTITION), Map.of(Topics.ACCESS, topic));
  }

  private void looksTwice(RelayMark mark) {
    levelWith(1);
    completeness.look(mark);
    levelWith(2);
    completeness.look(mark);
  }

  private void levelWith(long end) {
    clock.advance(Duration.ofMillis(1));
    view.applied(Map.of(PARTITION, end));
    view.asked(clock.getAsLong(), Map.of(PARTITION, end));
  }

  private static RelayMark mark(long index, Uuid access, RelayMark.Filling filling) {
    return new RelayMark(index, Map.of(Topics.ACCESS, access.toString()), filling);
  }
}
