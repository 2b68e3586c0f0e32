package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.kit.kafka.StartingPoint;
import dev.keyledger.testing.TestServerKeys;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class RelayProgressTest {
  private static final TopicPartition MARKS = new TopicPartition(Topics.RELAY, 0);

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final AtomicInteger changes = new AtomicInteger();
  private final RelayProgress progress =
      new RelayProgress(
          TestServerKeys.SEALS,
          names -> CompletableFuture.completedFuture(Map.of(Topics.RELAY, new Uuid(0, 7))),
          () -> consumer,
          changes::incrementAndGet);

  private static RelayMark mark(long reach) {
    return new RelayMark(reach, Map.of(), null);
  }

  private static ConsumerRecord<String, byte[]> record(byte[] value) {
    return TestServerKeys.sealed(Topics.RELAY, 0, 0, "relay", value);
  }

  private void read(byte[]... values) {
    List<ConsumerRecord<String, byte[]>> records =
        Arrays.stream(values).map(RelayProgressTest::record).toList();
    progress.apply(new ConsumerRecords<>(Map.of(MARKS, records), Map.of()), Map.of());
  }

  @Test
  void theLastMarkThatCanBeReadCounts() {
    assertThat(progress.newest()).isNull();
    read();
    read(new byte[] {'{'});
    assertThat(progress.newest()).isNull();
    assertThat(changes).hasValue(0);
    read(EventCodec.encode(mark(3)), EventCodec.encode(mark(5)), new byte[] {'{'});
    assertThat(progress.newest()).isEqualTo(mark(5));
    assertThat(changes).hasValue(1);
  }

  @Test
  void marksAreReadFromTheBeginningAndWhatIsGoneIsPassedOver() {
    assertThat(progress.startOf(Set.of(MARKS), Map.of()))
        .isEqualTo(Map.of(MARKS, new StartingPoint.Beginning()));
    assertThat(progress.skipTo(Map.of(MARKS, 7L))).isTrue();
  }

  @Test
  void theyAreFollowedUntilItIsClosed() {
    consumer.updateBeginningOffsets(Map.of(MARKS, 0L));
    consumer.updateEndOffsets(Map.of(MARKS, 0L));
    progress.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> !consumer.assignment().isEmpty());
    progress.close();
    await().atMost(Duration.ofSeconds(20)).until(consumer::closed);
  }
}
