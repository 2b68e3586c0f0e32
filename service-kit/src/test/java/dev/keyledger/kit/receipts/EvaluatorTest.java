package dev.keyledger.kit.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Ack.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final String ORG = "org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab";
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final Duration MAX_STALENESS = Duration.ofSeconds(2);
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final Evaluator evaluator = new Evaluator(MAX_STALENESS, () -> AT, AppliedTimes.NONE);
  private long now = Duration.ofDays(1).toNanos();
  private long acksEnd;
  private Instant at = AT;

  @Test
  void isInForceOnceEveryRegisteredConsumerHasApplied() {
    registered("a");
    registered("b");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    acked("a", 7);
    assertThat(waiting.answer).isNotDone();
    acked("b", 8);

    assertThat(waiting.answer)
        .isCompletedWithValueMatching(receipt -> receipt.inForce() && receipt.position() == 7);
    assertThat(waiting.answer.join().consumers())
        .containsExactly(consumer("a", AT), consumer("b", AT));
  }

  @Test
  void acknowledgementsThatCameBeforeTheWaitCount() {
    registered("a");
    committed(7);
    acked("a", 7);

    Waiting waiting = awaiting(7);
    informed();

    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void isNotInForceBeforeItsCommitWasSeen() {
    registered("a");
    Waiting waiting = awaiting(7);
    acked("a", 9);
    later(Duration.ofSeconds(10));

    assertThat(waiting.answer).isNotDone();
    assertThat(evaluator.ask(now)).isNull();
  }

  @Test
  void waitsForTheEndOfAcknowledgementsAsItWasAfterTheCommit() {
    Waiting waiting = awaiting(7);
    committed(7);
    long question = evaluator.ask(now);
    evaluator.answered(question, acksEnd + 1);
    due();
    assertThat(waiting.answer).isNotDone();

    registered("a");

    assertThat(waiting.answer).isNotDone();
    acked("a", 7);
    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void aConsumerThatRegistersBehindThatEndIsNotWaitedFor() {
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    registered("b");

    acked("a", 7);

    assertThat(waiting.answer).isCompleted();
    assertThat(waiting.answer.join().consumers())
        .extracting(Receipt.Consumer::instance)
        .containsExactly("a");
  }

  @Test
  void anEndBeforeWhatWasReadWhenItWasAskedForIsOfAnotherTopic() {
    registered("a");
    registered("b");
    Waiting waiting = awaiting(7);
    committed(7);
    Long first = evaluator.ask(now);
    assertThat(first).isNotNull();
    evaluator.answered(first, 1);
    due();

    assertThat(evaluator.ask(now)).isNotNull().isNotEqualTo(first);
    acked("a", 7);
    acked("b", 7);
    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void whoIsRegisteredOnATopicThatHasJustBegunIsNotKnownBeforeAllHadTimeToSaySo() {
    evaluator.begins(now);
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    acked("a", 7);
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(2_200));
    assertThat(waiting.answer).isNotDone();
    later(Duration.ofMillis(1));
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void whoIsRegisteredIsKnownFromATopicThatHoldsWhatWasSaidOverTheBound() {
    evaluator.begins(now);
    registered("a");
    at = AT.plusMillis(2_200);
    acked("a", 7);
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    assertThat(waiting.answer).isNotDone();

    at = AT.plusMillis(2_201);
    ack("a", Kind.ALIVE, List.of());
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void whatWasSaidOnATopicTellsNothingOfTheOneThatTookItsPlace() {
    evaluator.begins(now);
    registered("a");
    evaluator.begins(now);
    at = AT.plusMillis(2_201);
    acked("a", 7);
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void aQuestionThatGotNoAnswerIsAskedAgain() {
    Waiting waiting = awaiting(7);
    committed(7);
    long first = evaluator.ask(now);
    assertThat(evaluator.ask(now)).isNull();
    evaluator.unanswered(first);
    long second = evaluator.ask(now);
    evaluator.answered(first, 1_000_000);
    evaluator.answered(second, acksEnd);
    due();

    assertThat(second).isNotEqualTo(first);
    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void aConsumerThatLeftIsNotWaitedFor() {
    registered("a");
    registered("b");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    acked("a", 7);

    ack("b", Kind.LEFT, List.of());

    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void aConsumerThatWasSilentForLongerThanItMayServeIsNotWaitedFor() {
    registered("dead");
    later(Duration.ofMillis(2201));
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    acked("a", 7);

    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void aConsumerThatMayStillServeIsWaitedFor() {
    registered("slow");
    later(Duration.ofMillis(2100));
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    acked("a", 7);

    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void aConsumerThatWasHeardOfAtTheVeryBoundIsWaitedFor() {
    registered("slow");
    later(Duration.ofMillis(2200));
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    acked("a", 7);

    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void aConsumerThatWasSilentForAHundredBoundsHasAppliedNothingUntilItSaysSoAgain() {
    registered("a");
    acked("a", 7);
    later(Duration.ofSeconds(221));
    registered("b");
    acked("b", 7);
    ack("a", Kind.ALIVE, List.of());
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    assertThat(waiting.answer).isNotDone();

    acked("a", 7);

    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void aLowerPositionIsNotTheOneThatIsWaitedFor() {
    registered("a");
    Waiting waiting = awaiting(8);
    committed(8);
    informed();

    acked("a", 7);
    assertThat(waiting.answer).isNotDone();

    acked("a", 8);
    assertThat(waiting.answer).isCompleted();
  }

  @Test
  void whatAConsumerHasAppliedStaysAppliedWhateverItSaysLater() {
    registered("a");
    acked("a", 8);
    at = AT.plusSeconds(1);
    acked("a", 7);
    acked("a", 8);
    Waiting waiting = awaiting(8);
    committed(8);
    informed();

    assertThat(waiting.answer).isCompleted();
    assertThat(waiting.answer.join().consumers()).containsExactly(consumer("a", AT));
  }

  @Test
  void aCommitIsAsOldAsItWasWhenItWasFirstSeen() {
    registered("silent");
    committed(8);
    later(Duration.ofSeconds(1));
    committed(8);
    committed(7);
    Waiting waiting = awaiting(8);
    later(Duration.ofMillis(1_200));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aCommitIsRememberedUntilTenThousandOtherStreamsHadOne() {
    committed(7);
    for (int i = 1; i < 10_000; i++) {
      evaluator.committed("org_" + i, 1, now);
    }
    later(Duration.ofSeconds(3));
    assertThat(awaiting(7).answer).isNotDone();
    due();
    assertThat(evaluator.isAwaited()).isFalse();

    committed(7);
    for (int i = 0; i < 10_000; i++) {
      evaluator.committed("other_" + i, 1, now);
    }
    later(Duration.ofSeconds(3));
    Waiting forgotten = awaiting(7);
    due();
    assertThat(forgotten.answer).isNotDone();
  }

  @Test
  void isInForceAfterTheBoundWhoeverIsMissing() {
    registered("slow");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    later(Duration.ofMillis(2200));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(waiting.answer.join().consumers())
        .containsExactly(consumer("slow", null, AT.plusMillis(2_200)));
  }

  @Test
  void saysHonestlyThatItIsNotInForceWhenTheWaitIsOver() {
    registered("a");
    Waiting waiting = evaluator.await(ORG, 7, null, now, Duration.ofSeconds(1));
    later(Duration.ofSeconds(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(receipt -> !receipt.inForce());
    assertThat(waiting.answer.join().inForceAt()).isNull();
    assertThat(waiting.answer.join().consumers()).hasSize(1);
  }

  @Test
  void aReceiptThatIsNotInForceShowsWhoHasApplied() {
    registered("a");
    registered("b");
    Waiting waiting = awaiting(7);
    acked("a", 7);
    later(PATIENT.minusSeconds(1));
    ack("a", Kind.ALIVE, List.of());
    ack("b", Kind.ALIVE, List.of());
    later(Duration.ofSeconds(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(receipt -> !receipt.inForce());
    assertThat(waiting.answer.join().consumers())
        .containsExactly(consumer("a", AT), consumer("b", null));
  }

  @Test
  void nobodyIsAwaitedOnceEachIsAnsweredOrNoLongerCares() {
    registered("a");
    acked("a", 9);
    assertThat(evaluator.isAwaited()).isFalse();

    Waiting inForce = awaiting(7);
    committed(7);
    assertThat(evaluator.isAwaited()).isTrue();
    informed();
    assertThat(inForce.answer).isCompleted();
    assertThat(evaluator.isAwaited()).isFalse();

    evaluator.settled(ORG, awaiting(8).position, now).forEach(Evaluator.Due::give);
    assertThat(evaluator.isAwaited()).isFalse();

    awaiting(9).answer.cancel(false);
    due();
    assertThat(evaluator.isAwaited()).isFalse();

    awaiting(10);
    later(PATIENT);
    assertThat(evaluator.isAwaited()).isFalse();
  }

  @Test
  void whoStillWaitsWhenTheFollowerEndsLearnsWhatIsKnownAndOnce() {
    registered("a");
    Waiting waiting = awaiting(7);

    evaluator.abandon().forEach(Evaluator.Due::give);

    assertThat(waiting.answer).isCompletedWithValueMatching(receipt -> !receipt.inForce());
    assertThat(evaluator.isAwaited()).isFalse();
    assertThat(evaluator.abandon()).isEmpty();
  }

  @Test
  void anotherStreamsAcknowledgementCountsForNothing() {
    registered("a");
    Waiting waiting = awaiting(7);
    committed(7);
    informed();

    ack("a", Kind.APPLIED, List.of(new Ack.Applied("sessions:" + ORG, 9)));

    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void whatIsSettledIsInForceAtOnce() {
    registered("a");
    Waiting waiting = awaiting(7);
    Waiting newer = awaiting(8);

    evaluator.settled(ORG, 7, now).forEach(Evaluator.Due::give);

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(newer.answer).isNotDone();
  }

  private static Receipt.Consumer consumer(String instance, Instant appliedAt) {
    return consumer(instance, appliedAt, null);
  }

  private static Receipt.Consumer consumer(String instance, Instant appliedAt, Instant refusesBy) {
    return new Receipt.Consumer(
        "token-service", instance, Receipt.Channel.TOKEN_SERVICE, appliedAt, refusesBy);
  }

  private Waiting awaiting(long position) {
    return evaluator.await(ORG, position, null, now, PATIENT);
  }

  private void committed(long position) {
    evaluator.committed(ORG, position, now);
    due();
  }

  /** The end of the acknowledgements is asked for and answered. */
  private void informed() {
    Long question = evaluator.ask(now);
    assertThat(question).isNotNull();
    evaluator.answered(question, acksEnd);
    due();
  }

  private void registered(String instance) {
    ack(instance, Kind.REGISTERED, List.of());
  }

  private void acked(String instance, long position) {
    ack(instance, Kind.APPLIED, List.of(new Ack.Applied(ORG, position)));
  }

  private void ack(String instance, Kind kind, List<Ack.Applied> applied) {
    evaluator.acked(new Ack("token-service", instance, kind, applied, at), now);
    evaluator.readUpTo(++acksEnd, now);
    due();
  }

  private void later(Duration duration) {
    now += duration.toNanos();
    due();
  }

  private void due() {
    evaluator.due(now).forEach(Evaluator.Due::give);
  }
}
