package dev.keyledger.token.enforcement.access;

import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.testing.TestServerKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class FeedReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.REVOCATIONS, 0);
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");

  /** A topic with nothing young in it, to which a revocation is committed while a reader asks. */
  private static final class Busy extends MockConsumer<String, byte[]> {
    Busy() {
      super("earliest");
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, 5L));
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      byte[] revocation = EventCodec.encode(tokenEnded());
      addRecord(TestServerKeys.sealed(PARTITION.topic(), 0, 5, "stream", revocation));
      updateEndOffsets(Map.of(PARTITION, 6L));
      var nothing = new HashMap<TopicPartition, OffsetAndTimestamp>();
      times.keySet().forEach(partition -> nothing.put(partition, null));
      return nothing;
    }
  }

  private static Revocation tokenEnded() {
    return new Revocation(
        null,
        "sessions:somebody",
        1,
        null,
        Revocation.Subject.TOKEN,
        "a-token",
        AT,
        Revocation.Effect.END,
        true,
        AT);
  }

  @Test
  void aRevocationThatIsCommittedWhileTheReaderBeginsIsApplied() {
    var ended = new EndedTokens(Duration.ofHours(24), System::nanoTime);
    var freshness = new AccessFreshness(Duration.ofSeconds(2), System::nanoTime, -1);
    var acknowledgements =
        new Acknowledgements(
            "replica",
            new MockProducer<>(),
            freshness,
            Clock.systemUTC(),
            System::nanoTime,
            Duration.ofSeconds(1));
    try (var reader =
        new FeedReader(
            List.of(PARTITION),
            TestServerKeys.SEALS,
            names -> CompletableFuture.completedFuture(Map.of(Topics.REVOCATIONS, Uuid.ONE_UUID)),
            Busy::new,
            AT.toEpochMilli(),
            new AccessState(),
            ended,
            freshness.view(),
            () -> {},
            acknowledgements)) {
      reader.start();

      await().atMost(Duration.ofSeconds(20)).until(() -> ended.hasEnded("a-token"));
    }
  }
}
