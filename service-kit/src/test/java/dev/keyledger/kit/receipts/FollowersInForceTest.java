package dev.keyledger.kit.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Ack.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When what ended is in force at those who follow over HTTP. */
class FollowersInForceTest {
  private static final String ORG = "org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab";
  private static final String OTHER = "org_0190f5c2-7b3a-7c4d-8e5f-0123456789ac";
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final Duration PATIENT = Duration.ofSeconds(300);
  private static final String ONE = Ack.OF_DELIVERY + "one";
  private static final String TWO = Ack.OF_DELIVERY + "two";

  private final List<String> times = new ArrayList<>();
  private final Evaluator evaluator =
      new Evaluator(
          Duration.ofSeconds(2),
          () -> AT,
          (channel, after) -> times.add(channel + " " + after.toMillis()));
  private long now = Duration.ofDays(1).toNanos();
  private long acksEnd;

  @Test
  void aFollowerIsWaitedForUntilItHasAcknowledged() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    applied(ONE, held(ORG, "shop"));
    assertThat(waiting.answer).isNotDone();

    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(waiting.answer.join().consumers())
        .containsExactly(new Receipt.Consumer("shop", "shop-1", Receipt.Channel.SSE, AT, null));
  }

  @Test
  void whoAcknowledgesAnotherPositionOrStreamHasNotAcknowledgedThisOne() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    applied(ONE, held(ORG, "shop"));
    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 6));
    said(
        ONE,
        Kind.APPLIED,
        List.of(),
        follower(ORG, "shop", 10_000, List.of(new Ack.Applied("sessions:" + ORG, 9))));
    assertThat(waiting.answer).isNotDone();
  }

  @Test
  void oneThatStopsIsInForceOnceItRefusesByItselfAndTheReceiptSaysWhen() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    applied(ONE, held(ORG, "shop"));
    for (int second = 0; second < 10; second++) {
      later(Duration.ofSeconds(1));
      alive(ONE, 10_000);
    }
    assertThat(waiting.answer).isNotDone();
    assertThat(evaluator.soFar(ORG, 7, now).consumers())
        .extracting(Receipt.Consumer::appliedAt, Receipt.Consumer::refusesBy)
        .containsExactly(tuple(null, AT.plusSeconds(11)));

    later(Duration.ofMillis(1_001));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void nobodyIsInForceOnTheWordOfAReplicaThatHasNotSaidWhomItHolds() {
    alive(ONE, 10_000);
    alive(TWO, 10_000);
    Waiting waiting = committed();
    applied(ONE);
    assertThat(waiting.answer).isNotDone();

    applied(TWO, held(ORG, "shop"));
    assertThat(waiting.answer).isNotDone();
    // It has gone on at the other one.
    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(waiting.answer.join().consumers()).hasSize(1);
  }

  @Test
  void theFollowersOfAReplicaThatDiedRefuseAfterItsBoundAndTheirs() {
    alive(ONE, 10_000);
    later(Duration.ofSeconds(5));
    alive(TWO, 10_000);
    // Nothing was heard of the first for longer than it tells anybody anything.
    Waiting waiting = committed();
    applied(TWO);
    later(Duration.ofMillis(13_200 - 5_000));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aReplicaWhoseFollowersRelyOnNothingAnyMoreIsNotWaitedFor() {
    alive(ONE, 1_000);
    later(Duration.ofMillis(3_301));
    Waiting waiting = committed();
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void oneThatLeavesNamesWhomItHeldAndIsNotWaitedFor() {
    alive(ONE, 10_000);
    said(ONE, Kind.LEFT, List.of(), held(ORG, "shop"));
    Waiting waiting = committed();
    assertThat(waiting.answer).isNotDone();

    said(TWO, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aFollowerThatJoinsBeforeItsReplicaHasAppliedIsWaitedFor() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    alive(ONE, 60_000);
    applied(ONE, follower(ORG, "late", 60_000, List.of()));
    assertThat(waiting.answer).isNotDone();
    later(Duration.ofSeconds(66));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void whileNothingOfTheAcknowledgementsIsReadNoReplicaCountsAsSilent() {
    alive(ONE, 1_000);
    Waiting waiting = committed();
    // Somebody joins there by now with a longer bound than any before, and that isn't read yet.
    later(Duration.ofMillis(3_301));
    assertThat(waiting.answer).isNotDone();

    alive(ONE, 60_000);
    applied(ONE, follower(ORG, "late", 60_000, List.of()));
    assertThat(waiting.answer).isNotDone();
    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "late", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aSilenceIsBelievedOnceAnEndFromBehindTheBoundWasRead() {
    alive(ONE, 1_000);
    Waiting waiting = committed();
    later(Duration.ofMillis(2_199));
    assertThat(evaluator.ask(now)).isNull();
    later(Duration.ofMillis(1));
    Long question = evaluator.ask(now);
    assertThat(question).isNotNull();
    assertThat(evaluator.ask(now)).isNull();
    evaluator.answered(question, acksEnd + 1);
    later(Duration.ofMillis(1_101));
    assertThat(waiting.answer).isNotDone();

    said(TWO, Kind.LEFT, List.of());

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aReplicaIsHeardOfByWhatIsReadAndNotByWhatIsNotReadYet() {
    alive(ONE, 1_000);
    later(Duration.ofMillis(2_000));
    Waiting waiting = committed();
    // Its last words are two seconds old, and what it said since may be unread.
    later(Duration.ofMillis(1_301));
    assertThat(waiting.answer).isNotDone();
    later(Duration.ofMillis(1_000));
    informed();

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aReplicaWhoseMostPatientFollowersHaveGoneIsWaitedForNoLongerThanTheOthersTake() {
    alive(ONE, 60_000);
    alive(ONE, 1_000);
    Waiting waiting = committed();
    later(Duration.ofMillis(2_200));
    informed();
    later(Duration.ofMillis(1_100));
    assertThat(waiting.answer).isNotDone();
    later(Duration.ofMillis(1));
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void oneWhoseFollowersHaveAllGoneIsWaitedForUntilItTellsNobody() {
    alive(ONE, 60_000);
    said(ONE, Kind.ALIVE, null, List.of(), List.of());
    Waiting waiting = committed();
    later(Duration.ofMillis(2_200));
    informed();
    assertThat(waiting.answer).isNotDone();
    later(Duration.ofMillis(1));
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void aFollowerThatWantsAShorterBoundIsWaitedForByItOnceTheLongerOneIsOver() {
    alive(ONE, 60_000);
    said(ONE, Kind.APPLIED, List.of(), follower(ORG, "shop", 60_000, List.of()));
    said(ONE, Kind.APPLIED, List.of(), follower(ORG, "shop", 1_000, List.of()));
    assertThat(boundShown()).isEqualTo(Duration.ofSeconds(66));
    later(Duration.ofSeconds(66));
    said(ONE, Kind.APPLIED, List.of(), follower(ORG, "shop", 1_000, List.of()));
    assertThat(boundShown()).isEqualTo(Duration.ofSeconds(66));
    later(Duration.ofNanos(1));
    said(ONE, Kind.APPLIED, List.of(), follower(ORG, "shop", 1_000, List.of()));
    assertThat(boundShown()).isEqualTo(Duration.ofMillis(1_100));
  }

  private Duration boundShown() {
    evaluator.committed(ORG, 7, now);
    Receipt shown = evaluator.soFar(ORG, 7, now);
    return Duration.between(AT, shown.consumers().getFirst().refusesBy());
  }

  @Test
  void ofMoreThanAThousandFollowersTheOthersAreWaitedForAsOneThatAcknowledgesNothing() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    for (int i = 0; i < 3_000; i++) {
      said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop-" + i, 7));
    }
    said(ONE, Kind.APPLIED, List.of(), acknowledged(OTHER, "theirs", 7));
    applied(ONE);
    assertThat(waiting.answer).isNotDone();
    assertThat(evaluator.soFar(ORG, 7, now).consumers())
        .hasSize(1_001)
        .filteredOn(one -> one.appliedAt() == null)
        .extracting(Receipt.Consumer::name, Receipt.Consumer::refusesBy)
        .containsExactly(tuple("(others)", AT.plusSeconds(11)));
    assertThat(evaluator.soFar(OTHER, 7, now).consumers()).hasSize(1);

    later(Duration.ofMillis(11_001));
    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void whoReliesOnNothingAnyMoreMakesRoom() {
    for (int i = 0; i < 1_000; i++) {
      said(ONE, Kind.APPLIED, List.of(), held(ORG, "gone-" + i));
    }
    later(Duration.ofMillis(11_001));
    for (int i = 0; i < 1_000; i++) {
      said(ONE, Kind.APPLIED, List.of(), held(ORG, "shop-" + i));
    }
    assertThat(evaluator.soFar(ORG, 7, now).consumers())
        .hasSize(1_000)
        .allMatch(one -> one.name().startsWith("shop-"));
  }

  @Test
  void onlyWhoIsToldOfTheOrganizationIsNamed() {
    alive(ONE, 10_000);
    Waiting waiting = committed();
    applied(ONE, held(OTHER, "stranger"), held(null, "platform"), held(ORG, "shop"));
    said(
        ONE,
        Kind.APPLIED,
        List.of(),
        acknowledged(null, "platform", 7),
        acknowledged(ORG, "shop", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(waiting.answer.join().consumers())
        .extracting(Receipt.Consumer::name)
        .containsExactly("platform", "shop");
  }

  @Test
  void nobodyWaitsForFollowersWhereThePolicyDoesNotSaySoAndTheReceiptNamesThem() {
    alive(ONE, 10_000);
    applied(ONE, held(ORG, "shop"));
    Waiting waiting = evaluator.await(ORG, 8, null, now, PATIENT);
    commit(8);

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(waiting.answer.join().consumers())
        .extracting(Receipt.Consumer::name, Receipt.Consumer::appliedAt)
        .containsExactly(tuple("shop", null));
  }

  @Test
  void whatWasCommittedLongAgoForVerifiersIsNotForFollowers() {
    alive(ONE, 10_000);
    Waiting waiting = evaluator.await(ORG, 7, 7L, now, PATIENT);
    evaluator.settled(ORG, 7, now).forEach(Evaluator.Due::give);
    informed();
    assertThat(waiting.answer).isNotDone();

    applied(ONE);

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void withoutKafkaItIsInForceOnceNoFollowerCanRelyOnAnythingAnyMore() {
    Waiting waiting = evaluator.await(ORG, 7, 7L, now, PATIENT);
    evaluator.committed(ORG, 7, now);
    later(Duration.ofMillis(66_000 + 2_200));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void whoFollowedBeforeAnotherTopicBeganMayRelyOnWhatItKnewForTheLongestBound() {
    evaluator.begins(now);
    alive(ONE, 1_000);
    Waiting waiting = committed();
    applied(ONE);
    later(Duration.ofMillis(68_200));
    assertThat(waiting.answer).isNotDone();

    later(Duration.ofMillis(1));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
  }

  @Test
  void itIsToldHowLongAfterTheCommitEachHasAcknowledgedItFirst() {
    alive(ONE, 10_000);
    evaluator.acked(new Ack("token-service", "a", Kind.REGISTERED, List.of(), AT), now);
    Waiting waiting = committed();
    later(Duration.ofMillis(5));
    List<Ack.Applied> applied = List.of(new Ack.Applied(ORG, 7));
    evaluator.acked(new Ack("token-service", "a", Kind.APPLIED, applied, AT), now);
    evaluator.acked(new Ack("token-service", "a", Kind.APPLIED, applied, AT), now);
    applied(ONE, held(ORG, "shop"));
    later(Duration.ofMillis(120));
    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 7));
    said(ONE, Kind.APPLIED, List.of(), acknowledged(ORG, "shop", 7));

    assertThat(waiting.answer).isCompletedWithValueMatching(Receipt::inForce);
    assertThat(times).containsExactly("TOKEN_SERVICE 5", "SSE 125");
  }

  private Waiting committed() {
    Waiting waiting = evaluator.await(ORG, 7, 7L, now, PATIENT);
    commit(7);
    return waiting;
  }

  private void commit(long position) {
    evaluator.committed(ORG, position, now);
    informed();
  }

  /** The end of the acknowledgements is asked for and answered. */
  private void informed() {
    Long question = evaluator.ask(now);
    assertThat(question).isNotNull();
    evaluator.answered(question, acksEnd);
    due();
  }

  private void alive(String replica, long longestBoundMs) {
    said(replica, Kind.ALIVE, Long.valueOf(longestBoundMs), List.of(), List.of());
  }

  private void applied(String replica, Ack.Follower... held) {
    said(replica, Kind.APPLIED, List.of(new Ack.Applied(ORG, 7)), held);
  }

  private void said(
      String replica, Kind kind, List<Ack.Applied> applied, Ack.Follower... followers) {
    long longest =
        Stream.of(followers).mapToLong(Ack.Follower::maxStalenessMs).max().orElse(10_000);
    said(replica, kind, Long.valueOf(longest), applied, List.of(followers));
  }

  private void said(
      String replica,
      Kind kind,
      @Nullable Long longestBoundMs,
      List<Ack.Applied> applied,
      List<Ack.Follower> followers) {
    evaluator.acked(
        new Ack("delivery-service", replica, kind, applied, followers, longestBoundMs, AT), now);
    evaluator.readUpTo(++acksEnd, now);
    due();
  }

  private static Ack.Follower held(@Nullable String organization, String name) {
    return follower(organization, name, 10_000, List.of());
  }

  private static Ack.Follower acknowledged(
      @Nullable String organization, String name, long position) {
    return follower(organization, name, 10_000, List.of(new Ack.Applied(ORG, position)));
  }

  private static Ack.Follower follower(
      @Nullable String organization, String name, long boundMs, List<Ack.Applied> applied) {
    return new Ack.Follower(organization, name, name + "-1", boundMs, Ack.Channel.SSE, applied);
  }

  private void later(Duration duration) {
    now += duration.toNanos();
    due();
  }

  private void due() {
    evaluator.due(now).forEach(Evaluator.Due::give);
  }
}
