package dev.keyledger.kit.counts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Counting is bounded, and what was counted arrives once, whatever Kafka does. */
class CountsTest {
  private final AtomicLong lost = new AtomicLong();
  private final Counts<String> counts = new Counts<>(3, lost::addAndGet);
  private final MockProducer<String, byte[]> kafka =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());

  @Test
  void howeverManyDifferentThingsHappenNoMoreAreToldApartThanThereIsRoomFor() {
    for (int i = 0; i < 100; i++) {
      counts.add("thing " + i, 2, i);
    }
    counts.add("thing 1", 1, 7);

    assertThat(counts.take())
        .containsExactlyInAnyOrder(
            new Counted<>("thing 0", 2, Instant.ofEpochMilli(0)),
            new Counted<>("thing 1", 3, Instant.ofEpochMilli(7)),
            new Counted<>("thing 2", 2, Instant.ofEpochMilli(2)));
    assertThat(lost).hasValue(2 * 97);
    // Forgotten at the next taking, which makes room.
    assertThat(counts.take()).isEmpty();
    assertThat(counts.add("another", 1, 1)).isTrue();
  }

  @Test
  void whatKafkaDidNotConfirmIsSentAgainAsItWasAndWhatHappensMeanwhileWaits() {
    CountsPublisher publisher = publisher();
    counts.add("thing", 1, 1);
    publisher.publish();
    counts.add("thing", 4, 2);
    publisher.publish();
    assertThat(texts()).hasSize(1);

    kafka.errorNext(new TimeoutException("too slow"));
    publisher.publish();

    assertThat(texts()).hasSize(2);
    assertThat(texts().getLast()).isEqualTo(texts().getFirst());
    kafka.completeNext();
    publisher.publish();
    assertThat(texts()).hasSize(3);
    assertThat(texts().getLast()).startsWith("thing 4 ");
  }

  @Test
  void whatCannotBeSentAtAllKeepsNothingWaitingBehindIt() {
    CountsPublisher publisher = publisher();
    counts.add("a", 1, 1);
    counts.add("b", 1, 1);
    kafka.sendException = new IllegalStateException("no");
    publisher.publish();
    publisher.publish();

    kafka.sendException = null;
    publisher.publish();
    assertThat(texts()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void whatIsLeftIsSentAtTheEnd() {
    CountsPublisher publisher = publisher();
    counts.add("a", 1, 1);
    publisher.publish();
    counts.add("b", 1, 1);

    publisher.close();

    assertThat(texts()).hasSize(2);
  }

  private CountsPublisher publisher() {
    return new CountsPublisher("test", kafka)
        .with(
            counts::take,
            counted ->
                Stream.of(
                    new ProducerRecord<>(
                        "topic",
                        0,
                        "key",
                        (counted.what() + " " + counted.count() + " " + UUID.randomUUID())
                            .getBytes(StandardCharsets.UTF_8))));
  }

  private List<String> texts() {
    return kafka.history().stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
