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

  private final Evaluator evaluator = new Evaluator(MAX_STALENESS, () -> AT);
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
        .containsExactly(
            new Receipt.Consumer("token-service", "a", AT),
            new Receipt.Consumer("token-service", "b", AT));
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
    at = AT.plusMillis(2_201);
    ack("a", Kind.ALIVE, List.of());
    Waiting waiting = awaiting(7);
    committed(7);
    informed();
    assertThat(waiting.answer).isNotDone();

    acked("a", 7);
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
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
        .containsExactly(new Receipt.Consumer("token-service", "slow", null));
  }

  @Test
  void saysHonestlyThatItIsNotInForceWhenTheWaitIsOver() {
    registered("a");
    Waiting waiting = evaluator.await(ORG, 7, now, Duration.ofSeconds(1));
    later(Duration.ofSeconds(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(receipt -> !receipt.inForce());
    assertThat(waiting.answer.join().inForceAt()).isNull();
    assertThat(waiting.answer.join().consumers()).hasSize(1);
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

  private Waiting awaiting(long position) {
    return evaluator.await(ORG, position, now, PATIENT);
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
