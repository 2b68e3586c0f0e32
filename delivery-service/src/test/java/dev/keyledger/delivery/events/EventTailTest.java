package dev.keyledger.delivery.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.testing.TestLedger;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventTailTest {
  private static final String TOPIC = "a topic";
  private static final int MUCH = 1_000_000;
  private static final EventFilter ALL = EventFilter.EVERYTHING;

  private final TestLedger.Stream org = new TestLedger.Stream();
  private final EventTail tail = new EventTail(1_000_000);

  EventTailTest() {
    begin();
    believe();
  }

  /** Once history has shown that the topic is whole. */
  private void believe() {
    for (int number = 0; number < Topics.PARTITIONS; number++) {
      assertThat(tail.believes(number, TOPIC, 100)).isTrue();
    }
  }

  private void begin() {
    tail.begin(TOPIC);
    for (int number = 0; number < Topics.PARTITIONS; number++) {
      tail.reached(number, 100);
    }
  }

  private void happens(LedgerEvent event) {
    happens(tail, event);
  }

  private static void happens(EventTail tail, LedgerEvent event) {
    PublishedEvent published =
        PublishedEvent.of(event.organization(), event.position(), EventCodec.encode(event))
            .orElseThrow();
    tail.add(event.organization(), event.position(), published);
  }

  private LedgerEvent created() {
    return org.next(TestLedger.created(TestLedger.newKey(), "a key"));
  }

  private LedgerEvent revoked() {
    return org.next(
        new KeyRevoked(TestLedger.newKey(), KeyRevoked.Cause.REQUESTED, "left", TestLedger.START));
  }

  private @Nullable List<Long> held(long after) {
    EventTail.Piece piece = tail.read(org.id, after, ALL, 1_000, MUCH);
    return piece == null ? null : piece.events().stream().map(PublishedEvent::position).toList();
  }

  @Test
  void itTellsFromThePositionOnFromWhichItHoldsAll() {
    assertThat(held(-1)).isNull();
    LedgerEvent unseen = created();
    assertThat(unseen.position()).isZero();
    happens(created());
    happens(created());
    assertThat(held(-1)).isNull();
    assertThat(held(0)).containsExactly(1L, 2L);
    assertThat(held(2)).isEmpty();
    assertThat(Objects.requireNonNull(tail.read(org.id, 2, ALL, 1, MUCH)).whole()).isTrue();
    // Another replica was further.
    assertThat(Objects.requireNonNull(tail.read(org.id, 3, ALL, 1, MUCH)).whole()).isFalse();
  }

  @Test
  void whatWasReadBeforeIsHeldOnce() {
    LedgerEvent one = created();
    happens(one);
    happens(created());
    happens(one);
    assertThat(held(-1)).containsExactly(0L, 1L);
  }

  @Test
  void behindAGapItHoldsNothingOfBefore() {
    happens(created());
    org.skip();
    happens(created());
    assertThat(held(-1)).isNull();
    assertThat(held(0)).isNull();
    assertThat(held(1)).containsExactly(2L);
  }

  @Test
  void whatCannotBeReadIsAGap() {
    happens(created());
    tail.add(org.id, created().position(), null);
    assertThat(held(0)).isNull();
    assertThat(held(1)).isEmpty();
    happens(created());
    assertThat(held(0)).isNull();
    assertThat(held(1)).containsExactly(2L);
  }

  @Test
  void aPieceIsOfTheSizeAndTheTypesThatAreAskedFor() {
    happens(created());
    happens(revoked());
    happens(created());
    happens(revoked());
    happens(created());
    var revocations = new EventFilter(List.of("key.revoked"));
    EventTail.Piece first = Objects.requireNonNull(tail.read(org.id, -1, revocations, 1, MUCH));
    assertThat(first.events()).extracting(PublishedEvent::position).containsExactly(1L);
    assertThat(first.more()).isTrue();
    EventTail.Piece second =
        Objects.requireNonNull(tail.read(org.id, first.next(), revocations, 1, MUCH));
    assertThat(second.events()).extracting(PublishedEvent::position).containsExactly(3L);
    assertThat(second.more()).isFalse();
    assertThat(second.next()).isEqualTo(4);
    assertThat(tail.previous(org.id, 2, revocations)).isEqualTo(1);
    assertThat(tail.previous(org.id, 0, revocations)).isNull();
  }

  @Test
  void theOldestGiveWayOfWhicheverOrganization() {
    var small = new EventTail(10_000);
    small.begin(TOPIC);
    for (int number = 0; number < Topics.PARTITIONS; number++) {
      small.reached(number, 0);
      assertThat(small.believes(number, TOPIC, 0)).isTrue();
    }
    var other = new TestLedger.Stream();
    happens(small, created());
    for (int i = 0; i < 100; i++) {
      happens(small, other.next(TestLedger.created(TestLedger.newKey(), "a key")));
    }
    assertThat(small.size()).isLessThanOrEqualTo(10_000);
    assertThat(small.read(org.id, -1, ALL, 1, MUCH)).isNull();
    assertThat(small.read(other.id, 50, ALL, 1, MUCH)).isNull();
    assertThat(Objects.requireNonNull(small.read(other.id, 98, ALL, 10, MUCH)).events()).hasSize(1);
  }

  @Test
  void aPieceIsNoLargerThanAskedForButNeverOfNothing() {
    happens(created());
    happens(created());
    EventTail.Piece piece = Objects.requireNonNull(tail.read(org.id, -1, ALL, 10, 1));
    assertThat(piece.events()).hasSize(1);
    assertThat(piece.more()).isTrue();
    assertThat(piece.next()).isZero();
  }

  @Test
  void ofATopicThatWasMadeAnewNothingIsToldBeforeHistoryHasSeenAllOfIt() {
    begin();
    happens(created());
    assertThat(held(-1)).isNull();
    assertThat(tail.head(org.id)).isNull();
    assertThat(tail.knows(org.id)).isFalse();
    // History is further than what was read here.
    assertThat(tail.beginsBehind(org.id, 5, TOPIC, 101)).isFalse();
    assertThat(held(-1)).isNull();
    believe();
    assertThat(held(-1)).containsExactly(0L);
  }

  @Test
  void whatMayHaveBeenAnEventHasItForgotten() {
    happens(created());
    tail.forget(org.id);
    assertThat(held(-1)).isNull();
    assertThat(tail.size()).isZero();
    happens(created());
    assertThat(held(0)).containsExactly(1L);
  }

  @Test
  void ofWhomNothingCameItKnowsTheEndOnceHistoryHasAllFromBeforeItsBeginning() {
    assertThat(tail.beginsBehind(org.id, 5, TOPIC, 99)).isFalse();
    assertThat(tail.beginsBehind(org.id, 5, "another", 100)).isFalse();
    assertThat(held(5)).isNull();
    assertThat(tail.beginsBehind(org.id, 5, TOPIC, 100)).isTrue();
    assertThat(held(5)).isEmpty();
    assertThat(held(4)).isNull();
    begin();
    assertThat(held(5)).isNull();
  }
}
