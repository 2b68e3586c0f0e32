package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.UnsealedException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relay's clients, and the token as Kafka keeps it. */
final class RelayKafka {
  private static final Logger log = LoggerFactory.getLogger(RelayKafka.class);
  static final TopicPartition TOKENS = new TopicPartition(Topics.RELAY, 0);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final RecordSeals seals;
  private final String transactionalId;
  private final Duration transactionTimeout;
  private volatile Duration timeout;

  /**
   * @param seals by which tokens are believed, and all that is sent
   * @param transactionTimeout of a relay whose brokers keep up; up to {@link
   *     RelaySettings#LONGEST_TRANSACTION} where they don't
   */
  RelayKafka(
      KafkaSettings settings,
      RecordSeals seals,
      String transactionalId,
      Duration transactionTimeout) {
    this.settings = settings;
    this.seals = seals;
    this.transactionalId = transactionalId;
    this.transactionTimeout = transactionTimeout;
    this.timeout = transactionTimeout;
  }

  /**
   * Brokers that were too slow for one transaction would be so for the same one again: the next
   * producer's have twice the time.
   */
  void tookTooLong() {
    Duration twice = timeout.multipliedBy(2);
    timeout =
        twice.compareTo(RelaySettings.LONGEST_TRANSACTION) > 0
            ? RelaySettings.LONGEST_TRANSACTION
            : twice;
  }

  /** The next producer's transactions have the usual time again. */
  void wentThrough() {
    timeout = transactionTimeout;
  }

  /** Nothing is lingered for: what waits while a transaction is under way is the next batch. */
  Producer<String, byte[]> producer() {
    var config = settings.producer();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) timeout.toMillis());
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    config.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
    return seals.producer(config);
  }

  RelayTopics topics(LongSupplier nanoTime) {
    return new RelayTopics(settings.admin(), settings.replicationFactor(), nanoTime);
  }

  private Consumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(settings.consumer());
  }

  /** Costs the broker one request in so much time, however busy the relay is. */
  Consumer<String, byte[]> unhurriedConsumer(Duration pace) {
    var config = settings.consumer();
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1 << 20);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) pace.toMillis());
    return new KafkaConsumer<>(config);
  }

  /**
   * The token of the last committed transaction; {@code null} where there is none. Only sure after
   * {@code initTransactions}, which has ended whatever a predecessor had begun.
   *
   * @throws PoisonException when it can't be read
   */
  @Nullable RelayToken token() {
    try (Consumer<String, byte[]> consumer = consumer()) {
      return newestToken(consumer);
    }
  }

  /** Whether events were published, by whichever relay. */
  boolean hasEvents() {
    try (Consumer<String, byte[]> consumer = consumer()) {
      return hasEvents(consumer);
    }
  }

  /**
   * Looks back from the end, further each time: the last records of a partition are markers. Leaves
   * the consumer there. What isn't a relay's is passed over: PostgreSQL knows a token too.
   *
   * @throws PoisonException when it can't be read
   */
  @Nullable RelayToken newestToken(Consumer<String, byte[]> consumer) {
    consumer.assign(List.of(TOKENS));
    long begin = offset(consumer.beginningOffsets(List.of(TOKENS)));
    long end = offset(consumer.endOffsets(List.of(TOKENS)));
    for (long back = 16; ; back *= 16) {
      long from = Math.max(begin, end - back);
      consumer.seek(TOKENS, from);
      ConsumerRecord<String, byte[]> newest = null;
      while (consumer.position(TOKENS) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          newest = isSealed(record) ? record : newest;
        }
      }
      if (newest != null || from == begin) {
        return newest == null ? null : read(newest);
      }
    }
  }

  /** Whether a relay wrote it; if not, the log says so. */
  boolean isSealed(ConsumerRecord<String, byte[]> record) {
    try {
      byte[] unused = seals.valueOf(record);
      return true;
    } catch (UnsealedException e) {
      log.error(
          "The record at offset {} of {} is no relay's token: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
      return false;
    }
  }

  /**
   * @throws PoisonException when it can't be read
   */
  RelayToken read(ConsumerRecord<String, byte[]> record) {
    try {
      return EventCodec.decode(seals.valueOf(record), RelayToken.class);
    } catch (EventCodec.UnreadableException e) {
      // An older token would have events published twice.
      throw new PoisonException(
          "the newest token, "
              + record.topic()
              + "-"
              + record.partition()
              + "@"
              + record.offset()
              + ", can't be read");
    }
  }

  private static boolean hasEvents(Consumer<String, byte[]> consumer) {
    Collection<TopicPartition> partitions =
        IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.EVENTS, partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static long offset(Map<TopicPartition, Long> offsets) {
    return offsets.values().iterator().next();
  }
}
