package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayTakeoverTest extends RelayNodesTest {
  @ParameterizedTest
  @EnumSource(Frozen.At.class)
  void aRelayThatIsPausedAndOvertakenWritesNothingMoreWhenItResumes(Frozen.At moment)
      throws InterruptedException {
    var frozen = new Frozen(moment);
    Node first = relay(frozen);
    awaitLeading(first);
    KeyId key = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    first.appended.give();
    awaitPublished(0);
    frozen.arm();
    ledger.append(organization, 1, Acme.created(key));
    first.appended.give();
    frozen.awaitReached();
    first.pause();

    Node second = relay(Steps.UNHINDERED);
    long start = System.nanoTime();
    awaitLeading(second);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    ledger.append(organization, 2, Acme.renamed(key, "ci", "deploy"));
    second.appended.give();
    awaitPublished(2);

    first.resume();
    frozen.thaw();
    ledger.append(organization, 3, Acme.revoked(key));
    second.appended.give();
    awaitPublished(3);
    await().atMost(Duration.ofSeconds(30)).until(() -> !first.leads());

    assertThat(topics.positions(organization)).containsExactly(0L, 1L, 2L, 3L);
    assertThat(topics.committed(Topics.ACCESS, organization)).hasSize(4);
    assertThat(topics.revocations(organization)).hasSize(1);
    assertThat(second.leads()).isTrue();
    assertThat(first.relay.phase()).isEqualTo(Relay.Phase.STANDBY);
  }

  @Test
  void whatWasSentAndNeverCommittedIsSeenByNobodyWhoReadsCommitted() throws InterruptedException {
    var frozen = new Frozen(Frozen.At.COMMIT);
    Node first = relay(frozen);
    awaitLeading(first);
    frozen.arm();
    ledger.append(organization, 0, Acme.registered(organization));
    first.appended.give();
    frozen.awaitReached();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !topics.uncommitted(Topics.EVENTS, organization).isEmpty());
    assertThat(topics.committed(Topics.EVENTS, organization)).isEmpty();

    first.pause();
    Node second = relay(Steps.UNHINDERED);
    awaitLeading(second);
    awaitPublished(0);

    assertThat(topics.uncommitted(Topics.EVENTS, organization)).hasSize(2);
    assertThat(topics.positions(organization)).containsExactly(0L);
    frozen.thaw();
  }

  @Test
  void aGapIsHandedToTheSuccessor() {
    OrganizationId slow = Acme.organization();
    Node first = relay(Steps.UNHINDERED);
    awaitLeading(first);
    try (LedgerFixture.Append late = ledger.append().add(slow, 0, Acme.registered(slow))) {
      ledger.append(organization, 0, Acme.registered(organization));
      first.appended.give();
      awaitPublished(0);
      first.close();
      Node second = relay(Steps.UNHINDERED);
      awaitLeading(second);

      late.commit();
      second.appended.give();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> topics.positions(slow).equals(List.of(0L)));
    }
  }

  @Test
  void revocationsNameTheOneBeforeThemAcrossTakeovers() {
    KeyId one = Acme.key();
    KeyId two = Acme.key();
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(one));
    ledger.append(organization, 2, Acme.created(two));
    ledger.append(organization, 3, Acme.revoked(one));
    Node first = relay(Steps.UNHINDERED);
    awaitPublished(3);
    first.close();
    Node second = relay(Steps.UNHINDERED);
    awaitLeading(second);
    ledger.append(organization, 4, Acme.revoked(two));
    second.appended.give();
    awaitPublished(4);

    assertThat(topics.revocations(organization))
        .extracting(Revocation::position)
        .containsExactly(3L, 4L);
    assertThat(topics.revocations(organization))
        .extracting(Revocation::previous)
        .containsExactly(null, 3L);
  }

  @Test
  void nothingIsLostNorTwiceNorOutOfOrderWhileRelaysFailAtRandom() {
    var random = new Random(42);
    var failures = new AtomicInteger();
    Steps brittle =
        new Steps() {
          private void perhapsFail() {
            if (random.nextInt(6) == 0 && failures.incrementAndGet() <= 12) {
              throw new KafkaException("killed by the test");
            }
          }

          @Override
          public void beforeSend() {
            perhapsFail();
          }

          @Override
          public void beforeCommit() {
            perhapsFail();
          }

          @Override
          public void afterCommit() {
            perhapsFail();
          }
        };
    List<OrganizationId> many = List.of(organization, Acme.organization(), Acme.organization());
    many.forEach(one -> ledger.append(one, 0, Acme.registered(one)));
    Node first = relay(brittle);
    Node second = relay(brittle);
    int last = 60;
    for (long position = 1; position <= last; position++) {
      for (OrganizationId one : many) {
        ledger.append(one, position, Acme.created(Acme.key()));
        first.appendNotifier.appended();
        second.appendNotifier.appended();
      }
    }

    List<Long> expected = LongStream.rangeClosed(0, last).boxed().toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> many.stream().allMatch(one -> topics.positions(one).size() > last));
    assertThat(many).allSatisfy(one -> assertThat(topics.positions(one)).isEqualTo(expected));
    assertThat(failures).hasPositiveValue();
  }

  /** As a lone process that is killed in a transaction leaves it; this one then comes back. */
  @Test
  void aTransactionThatIsLeftOpenHoldsOthersBackForUnderThreeSecondsAndIsSentAgainWhole()
      throws Exception {
    var frozen = new Frozen(Frozen.At.COMMIT);
    Node alone = relay(frozen);
    awaitLeading(alone);
    frozen.arm();
    ledger.append(organization, 0, Acme.registered(organization));
    alone.appended.give();
    frozen.awaitReached();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !topics.uncommitted(Topics.EVENTS, organization).isEmpty());
    long start = System.nanoTime();
    var partition = new TopicPartition(Topics.EVENTS, Topics.partitionOf(organization));
    try (Admin admin = KafkaSettings.of(broker.bootstrapServers()).admin()) {
      assertThat(end(admin, partition, IsolationLevel.READ_COMMITTED))
          .isLessThan(end(admin, partition, IsolationLevel.READ_UNCOMMITTED));
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              end(admin, partition, IsolationLevel.READ_COMMITTED)
                  == end(admin, partition, IsolationLevel.READ_UNCOMMITTED));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(topics.committed(Topics.EVENTS, organization)).isEmpty();

    frozen.thaw();
    ledger.append(organization, 1, Acme.created(Acme.key()));
    alone.appended.give();
    awaitPublished(1);

    assertThat(topics.positions(organization)).containsExactly(0L, 1L);
    assertThat(alone.relay.phase()).isEqualTo(Relay.Phase.LEADING);
  }

  private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation)
      throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
        .partitionResult(partition)
        .get()
        .offset();
  }
}
