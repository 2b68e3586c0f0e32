package dev.keyledger.delivery.followers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.delivery.feed.FeedPage;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Acknowledgements;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class FollowerLeasesTest {
  private static final OrganizationId ORG =
      new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
  private static final FollowerName SHOP = new FollowerName(new FeedScope.Of(ORG), "shop", "1");
  private static final FollowerName OURS = new FollowerName(new FeedScope.All(), "ours", "1");
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final List<Ack.Applied> NEWS = List.of(new Ack.Applied(ORG.value(), 7));

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final AppliedPositions positions = new AppliedPositions(() -> "a", nanos::get);
  private final FollowerLeases leases = new FollowerLeases(positions, nanos::get);

  private void later(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  private static List<String> names(List<Ack.Follower> told) {
    return told.stream().map(Ack.Follower::name).toList();
  }

  private static FeedCursor place(String epoch, FeedScope scope, long offset) {
    var next = new TreeMap<Integer, Long>();
    scope.partitions().forEach(partition -> next.put(partition, offset));
    return new FeedCursor(epoch, next);
  }

  private void ended(String stream, long position, long offset) {
    positions.note(
        Topics.partitionOf(ORG),
        offset,
        new Revocation(
            ORG,
            stream,
            position,
            null,
            Revocation.Subject.SESSION,
            "ses_1",
            Instant.EPOCH,
            Revocation.Effect.END,
            true,
            Instant.EPOCH));
  }

  @Test
  void whoAsksIsHeldForItsBoundAndATenthMore() {
    leases.renew(SHOP, BOUND);
    later(Duration.ofSeconds(11));
    assertThat(names(leases.told(NEWS))).containsExactly("shop");
    later(Duration.ofNanos(1));
    assertThat(leases.told(NEWS)).isEmpty();
  }

  @Test
  void whoWasToldForALongerBoundIsHeldForThat() {
    leases.renew(SHOP, BOUND);
    leases.renew(SHOP, Duration.ofSeconds(1));
    later(Duration.ofSeconds(5));
    assertThat(leases.told(NEWS)).extracting(Ack.Follower::maxStalenessMs).containsExactly(10_000L);
  }

  @Test
  void whoWantsAShorterBoundIsHeldForItOnceTheLongerOneIsOver() {
    leases.renew(SHOP, BOUND);
    for (int second = 0; second < 11; second++) {
      later(Duration.ofSeconds(1));
      leases.renew(SHOP, Duration.ofSeconds(2));
    }
    assertThat(leases.told(NEWS)).extracting(Ack.Follower::maxStalenessMs).containsExactly(10_000L);
    later(Duration.ofNanos(1));
    assertThat(leases.told(NEWS)).extracting(Ack.Follower::maxStalenessMs).containsExactly(2_000L);
  }

  @Test
  void newsConcernThoseOfTheirOrganizationAndThePlatformsOwn() {
    leases.renew(SHOP, BOUND);
    leases.renew(OURS, BOUND);
    var other = new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ac");
    assertThat(names(leases.told(NEWS))).containsExactlyInAnyOrder("shop", "ours");
    assertThat(names(leases.told(List.of(new Ack.Applied("sessions:" + ORG.value(), 1)))))
        .containsExactlyInAnyOrder("shop", "ours");
    assertThat(names(leases.told(List.of(new Ack.Applied(other.value(), 1)))))
        .containsExactly("ours");
    assertThat(names(leases.told(List.of(new Ack.Applied("sessions:per_1", 1)))))
        .containsExactly("ours");
    assertThat(leases.told(List.of())).isEmpty();
    assertThat(names(leases.all())).containsExactlyInAnyOrder("shop", "ours");
  }

  @Test
  void thePlaceBehindSomethingAcknowledgesItOnceAndNothingOfAnotherOrganization() {
    leases.renew(SHOP, BOUND);
    ended(ORG.value(), 7, 3);
    ended(ORG.value(), 9, 5);
    ended("sessions:" + ORG.value(), 2, 6);
    ended("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ac", 4, 7);
    assertThat(leases.acknowledges(SHOP, place("b", SHOP.scope(), 8))).isFalse();
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 3))).isFalse();
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 5))).isTrue();
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 8))).isTrue();
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 8))).isFalse();

    List<Ack.Follower> told = leases.told(List.of());
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().applied())
        .containsExactlyInAnyOrder(
            new Ack.Applied(ORG.value(), 9), new Ack.Applied("sessions:" + ORG.value(), 2));
    assertThat(leases.told(List.of())).isEmpty();

    leases.giveBack(told);
    assertThat(leases.told(List.of())).isEqualTo(told);
  }

  @Test
  void whoIsAheadOfThisReplicaHasAcknowledgedWhatItReachesLater() {
    leases.renew(SHOP, BOUND);
    ended(ORG.value(), 6, 2);
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 8))).isTrue();
    assertThat(leases.told(List.of()).getFirst().applied())
        .containsExactly(new Ack.Applied(ORG.value(), 6));

    ended(ORG.value(), 7, 5);
    ended(ORG.value(), 8, 8);

    assertThat(leases.told(NEWS))
        .flatExtracting(Ack.Follower::applied)
        .containsExactly(new Ack.Applied(ORG.value(), 7));
    assertThat(leases.told(NEWS)).flatExtracting(Ack.Follower::applied).isEmpty();
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 9))).isTrue();
  }

  @Test
  void whatIsPromisedComesDownOnceTheMostPatientHaveGone() {
    leases.renew(SHOP, Duration.ofSeconds(60));
    leases.promise().kept().run();
    Acknowledgements.Promise onItsWay = leases.promise();
    later(Duration.ofSeconds(66));
    leases.renew(OURS, Duration.ofSeconds(1));
    leases.forgetTheLongGone();
    assertThat(leases.promise().longestBoundMs()).isEqualTo(60_000L);
    later(Duration.ofNanos(1));
    leases.forgetTheLongGone();
    assertThat(leases.promise().longestBoundMs()).isEqualTo(1_000L);
    assertThat(leases.isPromised(Duration.ofSeconds(1))).isTrue();
    assertThat(leases.isPromised(Duration.ofMillis(1_001))).isFalse();
    // The broker takes it before the one that says less.
    onItsWay.kept().run();
    assertThat(leases.isPromised(Duration.ofMillis(1_001))).isFalse();
    leases.renew(SHOP, BOUND);
    leases.promise().kept().run();
    assertThat(leases.isPromised(BOUND)).isTrue();
    later(Duration.ofSeconds(12));
    leases.forgetTheLongGone();
    leases.renew(OURS, Duration.ofSeconds(1));
    assertThat(leases.promise().longestBoundMs()).isEqualTo(1_000L);
    later(Duration.ofSeconds(2));
    leases.forgetTheLongGone();
    assertThat(leases.promise().longestBoundMs()).isNull();
  }

  @Test
  void whatWasNotSaidOfOneThatHasGoneIsNotSaidAnyMore() {
    leases.renew(SHOP, BOUND);
    ended(ORG.value(), 7, 3);
    assertThat(leases.acknowledges(SHOP, place("a", SHOP.scope(), 8))).isTrue();
    List<Ack.Follower> told = leases.told(List.of());
    later(Duration.ofSeconds(12));
    leases.forgetTheLongGone();
    leases.giveBack(told);
    assertThat(leases.told(List.of())).isEmpty();
  }

  @Test
  void aStreamShowsWhileItIsOpen() {
    leases.renew(SHOP, BOUND);
    leases.streams(SHOP);
    leases.streams(SHOP);
    leases.streamsNoMore(SHOP);
    assertThat(leases.told(NEWS))
        .extracting(Ack.Follower::channel)
        .containsExactly(Ack.Channel.SSE);
    leases.streamsNoMore(SHOP);
    assertThat(leases.told(NEWS))
        .extracting(Ack.Follower::channel)
        .containsExactly(Ack.Channel.PAGE);
  }

  @Test
  void thereAreAThousandOfOneOrganizationAtMostAndThoseWhoAreGoneMakeRoom() {
    for (int i = 0; i < FollowerLeases.MOST; i++) {
      assertThat(leases.renew(new FollowerName(SHOP.scope(), "shop", "x" + i), BOUND)).isTrue();
    }
    assertThat(leases.renew(SHOP, BOUND)).isFalse();
    assertThat(leases.renew(OURS, BOUND)).isTrue();
    later(Duration.ofSeconds(12));
    assertThat(leases.renew(SHOP, BOUND)).isTrue();
  }

  @Test
  void nothingIsPromisedBeforeItIsKept() throws Exception {
    leases.renew(SHOP, BOUND);
    assertThat(leases.promise().longestBoundMs()).isEqualTo(10_000L);
    assertThat(leases.awaitPromise(BOUND, Duration.ofMillis(5))).isFalse();
    leases.promise().kept().run();
    assertThat(leases.isPromised(BOUND.plusMillis(1))).isFalse();
    assertThat(leases.awaitPromise(BOUND, Duration.ofMillis(5))).isTrue();
  }

  /** However patient it is: receipts don't wait for what a replica told that was behind itself. */
  @Test
  void ofWhatIsNotFreshAFollowerIsToldNoAge() throws Exception {
    var producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    try (var followers =
        new NamedFollowers(
            producer, () -> "a", Duration.ofSeconds(2), Clock.systemUTC(), nanos::get)) {
      followers.start();
      assertThat(followers.asks(SHOP, BOUND, null)).isTrue();
      later(Duration.ofSeconds(1));
      var page = new FeedPage(List.of(), place("a", SHOP.scope(), 8), false, false, true, Set.of());
      Duration age = Duration.ofMillis(500);
      var fresh = new Feed.Reading(page, age, true, nanos.get());
      assertThat(followers.asToldTo(BOUND, fresh)).isEqualTo(fresh);
      var stale = new Feed.Reading(page, age, false, nanos.get());
      assertThat(followers.asToldTo(BOUND, stale).age()).isNull();
    }
  }

  @Test
  void whatWasKnownBeforeASilenceCountsForNothing() {
    var heard = new Heard(Duration.ofSeconds(2), nanos::get);
    assertThat(heard.countsWhatIsKnownAt(nanos.get())).isFalse();
    heard.confirmed(nanos.get());
    long begun = nanos.get();
    assertThat(heard.countsWhatIsKnownAt(begun)).isTrue();
    assertThat(heard.countsWhatIsKnownAt(begun - 1)).isFalse();
    later(Duration.ofMillis(1_999));
    assertThat(heard.countsWhatIsKnownAt(begun)).isTrue();
    later(Duration.ofMillis(1));
    assertThat(heard.countsWhatIsKnownAt(nanos.get())).isFalse();
    heard.confirmed(nanos.get());
    assertThat(heard.countsWhatIsKnownAt(nanos.get())).isTrue();
    assertThat(heard.countsWhatIsKnownAt(nanos.get() - 1)).isFalse();
  }
}
