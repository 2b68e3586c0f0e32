package dev.keyledger.delivery.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedLogTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58Z");
  private static final FeedScope.All ALL = new FeedScope.All();

  private final AtomicLong nanos = new AtomicLong();
  private final FeedLog log = new FeedLog(Duration.ofHours(24), nanos::get);
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final OrganizationId ours = organization(partition -> true);
  private final int partition = Topics.partitionOf(ours);
  private final OrganizationId neighbour = organization(other -> other == partition);
  private final OrganizationId elsewhere = organization(other -> other != partition);

  private static OrganizationId organization(Predicate<Integer> partition) {
    return LongStream.range(0, 10_000)
        .mapToObj(n -> OrganizationId.of(new UUID(0x01890a5dac967000L, 0x8000_0000_0000_0000L + n)))
        .filter(id -> partition.test(Topics.partitionOf(id)))
        .skip(3)
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void begins() {
    log.reads(Uuid.randomUuid());
    for (int number = 0; number < Topics.PARTITIONS; number++) {
      positions.put(new TopicPartition(Topics.REVOCATIONS, number), 100L);
    }
    log.reached(positions);
  }

  private void ends(OrganizationId organization, String id, long position) {
    var of = new TopicPartition(Topics.REVOCATIONS, Topics.partitionOf(organization));
    long offset = positions.merge(of, 1L, Long::sum) - 1;
    log.apply(of.partition(), offset, revocation(organization, id, position));
    log.reached(positions);
  }

  private static Revocation revocation(OrganizationId organization, String id, long position) {
    return new Revocation(
            organization,
            organization.value(),
            position,
            position == 0 ? null : position - 1,
            Revocation.Subject.CREDENTIAL,
            id,
            AT,
            Revocation.Effect.END,
            true,
            AT)
        .ofSecret("0123456789abcdef");
  }

  private FeedPage read(FeedScope scope, @Nullable FeedCursor after, int atMost) {
    return log.read(scope, after, atMost).orElseThrow();
  }

  private static List<String> subjects(FeedPage page) {
    return page.entries().stream().map(FeedEntry::subject).toList();
  }

  @Test
  void nobodyIsToldAnythingBeforeItIsKnownFromWhereOnAllIsHeld() {
    var young = new FeedLog(Duration.ofHours(24), nanos::get);
    young.reads(Uuid.randomUuid());
    assertThat(young.read(ALL, null, 10)).isEmpty();
    young.reached(Map.of(new TopicPartition(Topics.REVOCATIONS, partition), 7L));
    assertThat(young.read(new FeedScope.Of(ours), null, 10)).isPresent();
    assertThat(young.read(ALL, null, 10)).isEmpty();
  }

  @Test
  void anOrganizationIsToldItsOwnInOrderAndThePlatformAll() {
    ends(ours, "one", 0);
    ends(neighbour, "theirs", 0);
    ends(ours, "two", 1);
    ends(elsewhere, "far", 0);

    assertThat(subjects(read(new FeedScope.Of(ours), null, 10))).containsExactly("one", "two");
    assertThat(subjects(read(new FeedScope.Of(elsewhere), null, 10))).containsExactly("far");
    assertThat(subjects(read(ALL, null, 10)))
        .containsExactlyInAnyOrder("one", "theirs", "two", "far");
    assertThat(read(ALL, null, 10).entries())
        .allSatisfy(entry -> assertThat(entry.json()).doesNotContain("0123456789abcdef"));
  }

  @Test
  void pagesOfAnySizeTellTheSameAndNothingTwice() {
    for (int n = 0; n < 7; n++) {
      ends(ours, "a" + n, n);
      ends(elsewhere, "b" + n, n);
    }
    for (FeedScope scope : List.of(ALL, new FeedScope.Of(ours))) {
      List<String> whole = subjects(read(scope, null, 100));
      for (int size = 1; size < 16; size++) {
        var told = new ArrayList<String>();
        FeedCursor cursor = null;
        FeedPage page;
        do {
          page = read(scope, cursor, size);
          assertThat(page.reset()).isFalse();
          told.addAll(subjects(page));
          cursor = FeedCursor.parse(page.next().toString(), scope).orElseThrow();
        } while (page.more());
        assertThat(told).as("pages of %s", size).isEqualTo(whole);
        assertThat(read(scope, cursor, size).entries()).isEmpty();
      }
    }
  }

  @Test
  void whatIsReadOnceMoreAfterAFailureIsToldOnce() {
    ends(ours, "one", 0);
    log.apply(partition, 100, revocation(ours, "one", 0));
    assertThat(subjects(read(new FeedScope.Of(ours), null, 10))).containsExactly("one");
  }

  @Test
  void aPlaceThatIsNotHeldAnyMoreBeginsAtTheBeginningAndSaysSo() {
    ends(ours, "one", 0);
    FeedCursor early = read(new FeedScope.Of(ours), null, 10).next();
    nanos.addAndGet(Duration.ofHours(23).toNanos());
    ends(ours, "two", 1);
    nanos.addAndGet(Duration.ofHours(2).toNanos());
    log.forgetTheLongEnded();

    FeedPage held = read(new FeedScope.Of(ours), null, 10);
    assertThat(subjects(held)).containsExactly("two");
    assertThat(held.reset()).isFalse();
    // It had been told all that was forgotten.
    assertThat(read(new FeedScope.Of(ours), early, 10).reset()).isFalse();
    FeedCursor before =
        FeedCursor.parse(early.toString().replaceFirst("-[0-9]+$", "-100"), new FeedScope.Of(ours))
            .orElseThrow();
    assertThat(read(new FeedScope.Of(ours), before, 10).reset()).isTrue();
    assertThat(subjects(read(new FeedScope.Of(ours), before, 10))).containsExactly("two");
  }

  @Test
  void placesInAnotherTopicOrInAnotherStateOfTheSameMeanNothing() {
    ends(ours, "one", 0);
    FeedCursor cursor = read(new FeedScope.Of(ours), null, 10).next();
    log.setBack();
    assertThat(log.read(new FeedScope.Of(ours), cursor, 10)).isEmpty();
    log.reached(positions);
    FeedPage page = read(new FeedScope.Of(ours), cursor, 10);
    assertThat(page.reset()).isTrue();
    assertThat(page.next().epoch()).isNotEqualTo(cursor.epoch()).startsWith(cursor.epoch());
    log.reads(Uuid.randomUuid());
    log.reached(positions);
    assertThat(read(new FeedScope.Of(ours), page.next(), 10).reset()).isTrue();
    // It is known by its form alone, which a client hands back.
    assertThat(FeedCursor.parse(page.next().toString(), new FeedScope.Of(ours))).isPresent();
  }

  @Test
  void whoWasToldMoreByAnotherReplicaWaitsUntilThisOneHasThat() {
    ends(ours, "one", 0);
    FeedCursor ahead =
        FeedCursor.parse(
                read(new FeedScope.Of(ours), null, 10)
                    .next()
                    .toString()
                    .replaceFirst("-[0-9]+$", "-105"),
                new FeedScope.Of(ours))
            .orElseThrow();
    FeedPage page = read(new FeedScope.Of(ours), ahead, 10);
    assertThat(page.entries()).isEmpty();
    assertThat(page.reset()).isFalse();
    assertThat(page.next()).isEqualTo(ahead);
    // What it says of its age is nothing to who knows more.
    var feed = new Feed(log, () -> 5, Duration.ofSeconds(2), nanos::get);
    assertThat(feed.read(new FeedScope.Of(ours), ahead, 10).orElseThrow().fresh()).isFalse();
    assertThat(feed.read(new FeedScope.Of(ours), null, 10).orElseThrow().fresh()).isTrue();
  }

  @Test
  void whatIsToldLateIsOlderThanItWas() {
    var feed = new Feed(log, () -> 5, Duration.ofSeconds(2), nanos::get);
    Feed.Reading reading = feed.read(ALL, null, 10).orElseThrow();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(feed.aged(reading).age()).isEqualTo(Duration.ofNanos(1_000_000_005L));
    assertThat(feed.aged(reading).fresh()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(feed.aged(reading).fresh()).isFalse();
  }

  @Test
  void aTokensEndIsForgottenOnceTheTokenWouldHaveDied() {
    var token =
        new Revocation(
            ours,
            "sessions:" + ours.value(),
            1,
            null,
            Revocation.Subject.TOKEN,
            "jti",
            AT,
            Revocation.Effect.END,
            true,
            AT,
            AT.plusSeconds(600),
            null);
    log.apply(partition, 100, token);
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    log.forgetTheLongEnded();
    assertThat(read(new FeedScope.Of(ours), null, 10).entries()).hasSize(1);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    log.forgetTheLongEnded();
    assertThat(read(new FeedScope.Of(ours), null, 10).entries()).isEmpty();
  }

  @Test
  void aCursorOfAnotherScopeOrOfNoFeedIsNone() {
    String own = read(new FeedScope.Of(ours), null, 10).next().toString();
    assertThat(FeedCursor.parse(own, new FeedScope.Of(elsewhere))).isEmpty();
    assertThat(FeedCursor.parse(own, ALL)).isEmpty();
    for (String text :
        List.of(
            "",
            "x",
            own + "0".repeat(300),
            own + ".",
            own + "." + partition + "-1",
            own + ".99-1",
            "." + own)) {
      assertThat(FeedCursor.parse(text, new FeedScope.Of(ours))).as(text).isEmpty();
    }
    String all = read(ALL, null, 10).next().toString();
    assertThat(FeedCursor.parse(all, ALL)).isPresent();
    assertThat(all.length()).isLessThan(FeedCursor.LONGEST);
  }

  @Test
  void aRecordThatCannotBeReadIsToldToWhomItMayConcernUntilItIsAcknowledged() {
    var place = new RecordPlace(Topics.REVOCATIONS, "id", partition, 100, "ab".repeat(32));
    log.unreadable(place, "sessions:" + ours.value());
    var torn = new RecordPlace(Topics.REVOCATIONS, "id", partition, 101, "cd".repeat(32));
    log.unreadable(torn, null);

    assertThat(read(new FeedScope.Of(ours), null, 10).entries())
        .extracting(FeedEntry::json)
        .containsExactly(
            "{\"record\":\"%s\",\"stream\":\"sessions:%s\"}".formatted("ab".repeat(32), ours),
            "{\"record\":\"%s\"}".formatted("cd".repeat(32)));
    assertThat(read(new FeedScope.Of(neighbour), null, 10).entries()).hasSize(1);
    assertThat(read(new FeedScope.Of(elsewhere), null, 10).entries()).isEmpty();
    assertThat(read(ALL, null, 10).entries()).hasSize(2);

    log.acknowledged(place);
    assertThat(read(new FeedScope.Of(ours), null, 10).acknowledged())
        .containsExactly("ab".repeat(32));
    assertThat(read(ALL, null, 10).acknowledged()).containsExactly("ab".repeat(32));
    assertThat(read(new FeedScope.Of(neighbour), null, 10).acknowledged()).isEmpty();
    log.acknowledged(torn);
    assertThat(read(new FeedScope.Of(neighbour), null, 10).acknowledged())
        .containsExactly("cd".repeat(32));
    assertThat(read(new FeedScope.Of(elsewhere), null, 10).acknowledged()).isEmpty();
  }

  @Test
  void whoIsFreshByTheTopicBeforeIsNotByTheOneThatBeginsAnew() {
    var age = new AtomicLong(5);
    var feed =
        new Feed(
            log,
            () -> {
              // Between the question for the age and the page.
              if (age.get() == 7) {
                log.reads(Uuid.randomUuid());
                log.reached(positions);
              }
              return age.get();
            },
            Duration.ofSeconds(2),
            nanos::get);
    assertThat(feed.read(ALL, null, 10).orElseThrow().fresh()).isTrue();
    age.set(7);
    Feed.Reading reading = feed.read(ALL, null, 10).orElseThrow();
    assertThat(reading.fresh()).isFalse();
    assertThat(reading.age()).isNull();
    age.set(Duration.ofSeconds(2).toNanos());
    assertThat(feed.read(ALL, null, 10).orElseThrow().fresh()).isFalse();
    assertThat(feed.read(ALL, null, 10).orElseThrow().age()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whoWaitsIsWokenByTheirOwnAlone() throws InterruptedException {
    try (var mine = log.waiters().join(new FeedScope.Of(ours));
        var all = log.waiters().join(ALL)) {
      ends(neighbour, "theirs", 0);
      assertThat(mine.isWoken()).isFalse();
      assertThat(all.isWoken()).isTrue();
      ends(ours, "one", 0);
      assertThat(mine.isWoken()).isTrue();
      mine.await(Duration.ofMinutes(1).toNanos());
      assertThat(mine.isWoken()).isFalse();
      log.unreadable(
          new RecordPlace(Topics.REVOCATIONS, "id", partition, 200, "ab".repeat(32)), null);
      assertThat(mine.isWoken()).isFalse();
      log.reached(positions);
      assertThat(mine.isWoken()).isTrue();
    }
  }
}
