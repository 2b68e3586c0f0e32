package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.receipts.CommitTopic;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.testing.TestServerKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * A measurement, run by its name only: from a commit in PostgreSQL to a consumer that enforces, and
 * to the receipt that says so, twenty times a second.
 */
class RelayLatency {
  private static final int WARM_UP = 200;
  private static final int MEASURED = 600;
  private static final Duration PACE = Duration.ofMillis(50);

  private final Map<Long, Long> committedAt = new ConcurrentHashMap<>();
  private final Map<Long, Long> seenAt = new ConcurrentHashMap<>();
  private final Map<Long, Long> inForceAt = new ConcurrentHashMap<>();
  private final Map<Long, Long> transaction = new ConcurrentHashMap<>();
  private final Map<Long, Long> commit = new ConcurrentHashMap<>();
  private volatile boolean done;

  /** How long the relay's transactions take, and their commits alone. */
  private final Steps stopwatch =
      new Steps() {
        private long begun;
        private long sent;
        private long batch;

        @Override
        public void beforeSend() {
          begun = System.nanoTime();
        }

        @Override
        public void beforeCommit() {
          sent = System.nanoTime();
        }

        @Override
        public void afterCommit() {
          batch++;
          transaction.put(batch, System.nanoTime() - begun);
          commit.put(batch, System.nanoTime() - sent);
        }
      };

  @Test
  void fromCommitToConsumerAndToReceipt() throws Exception {
    OrganizationId organization = Acme.organization();
    KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    TopicGuard.ensure(kafka);
    Thread replica = Thread.ofPlatform().start(() -> enforce(kafka));
    try (var ledger = new LedgerFixture(Servers.forTests().freshDatabase());
        Node node = Node.start(ledger, kafka.bootstrapServers(), stopwatch);
        var receipts =
            new Receipts(
                kafka,
                TestServerKeys.SEALS,
                CommitTopic.EVENTS,
                Duration.ofSeconds(2),
                Clock.systemUTC(),
                System::nanoTime)) {
      await().atMost(Duration.ofSeconds(30)).until(node::leads);
      receipts.start();
      ledger.append(organization, 0, Acme.registered(organization));
      long next = System.nanoTime();
      for (long position = 1; position <= WARM_UP + MEASURED; position++) {
        next += PACE.toNanos();
        LockSupport.parkNanos(next - System.nanoTime());
        ledger.append(organization, position, Acme.created(Acme.key()));
        long committed = System.nanoTime();
        long at = position;
        committedAt.put(at, committed);
        node.appendNotifier.appended();
        CompletableFuture<Receipt> receipt =
            receipts.await(organization.value(), at, Duration.ofSeconds(5));
        var unused = receipt.thenAccept(given -> inForceAt.put(at, System.nanoTime()));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> inForceAt.size() == WARM_UP + MEASURED);
      print("commit → read-committed consumer", since(seenAt));
      print("commit → receipt in force", since(inForceAt));
      print("Kafka transaction", durations(transaction));
      print("of it its commit", durations(commit));
    } finally {
      done = true;
      replica.join();
    }
  }

  /** Stands for a token-service replica: applies and acknowledges. */
  private void enforce(KafkaSettings kafka) {
    var partitions =
        IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.ACCESS, partition))
            .toList();
    try (var producer = TestServerKeys.SEALS.producer(kafka.producer());
        var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      producer.send(ack(Ack.Kind.REGISTERED, List.of()));
      producer.flush();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      while (!done) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          long position = CloudEventHeaders.positionOf(record.headers());
          String stream = CloudEventHeaders.organizationOf(record.headers());
          seenAt.put(position, System.nanoTime());
          producer.send(ack(Ack.Kind.APPLIED, List.of(new Ack.Applied(stream, position))));
        }
      }
    }
  }

  private static ProducerRecord<String, byte[]> ack(Ack.Kind kind, List<Ack.Applied> applied) {
    var ack = new Ack("token-service", "measured", kind, applied, Instant.EPOCH);
    return new ProducerRecord<>(Topics.ACKS, 0, "measured", EventCodec.encode(ack));
  }

  private long[] since(Map<Long, Long> reachedAt) {
    return IntStream.rangeClosed(WARM_UP + 1, WARM_UP + MEASURED)
        .mapToLong(position -> reachedAt.get((long) position) - committedAt.get((long) position))
        .toArray();
  }

  private static long[] durations(Map<Long, Long> byBatch) {
    return byBatch.entrySet().stream()
        .filter(entry -> entry.getKey() > WARM_UP)
        .mapToLong(Map.Entry::getValue)
        .toArray();
  }

  private static void print(String what, long[] nanos) {
    assertThat(nanos).isNotEmpty();
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 9 / 10] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }
}
