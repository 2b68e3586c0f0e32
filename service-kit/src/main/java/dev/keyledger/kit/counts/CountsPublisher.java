package dev.keyledger.kit.counts;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what was counted, now and then and once more at the end. A record that Kafka didn't
 * confirm is sent again as it was, its id included, so that who reads it twice counts it once;
 * until then nothing more is taken of what it is of, which goes on being counted in its place.
 */
public final class CountsPublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CountsPublisher.class);

  private static final class Feed {
    private final Supplier<List<ProducerRecord<String, byte[]>>> taken;
    private final ConcurrentLinkedQueue<ProducerRecord<String, byte[]>> unsent =
        new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    Feed(Supplier<List<ProducerRecord<String, byte[]>>> taken) {
      this.taken = taken;
    }

    List<ProducerRecord<String, byte[]>> next(boolean last) {
      var next = new ArrayList<ProducerRecord<String, byte[]>>();
      for (var record = unsent.poll(); record != null; record = unsent.poll()) {
        next.add(record);
      }
      if (last || (next.isEmpty() && underWay.get() == 0)) {
        next.addAll(taken.get());
      }
      return next;
    }
  }

  private final Producer<String, byte[]> producer;
  private final List<Feed> feeds = new ArrayList<>();
  private final ScheduledExecutorService scheduler;

  /**
   * @param name of the thread that publishes
   * @param producer is closed with this
   */
  public CountsPublisher(String name, Producer<String, byte[]> producer) {
    this.producer = producer;
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Of a producer that no request waits for. */
  public static Map<String, Object> producerOf(KafkaSettings kafka) {
    Map<String, Object> producer = kafka.producer();
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    // There may be a thousand of them at once.
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    return producer;
  }

  /**
   * Publishes these too; before {@link #publishEvery}.
   *
   * @param counts asked for all of them, each time anew
   * @param record of one, with an id of its own; empty for none
   */
  public <K> CountsPublisher with(
      Supplier<List<Counted<K>>> counts,
      Function<Counted<K>, Stream<ProducerRecord<String, byte[]>>> record) {
    feeds.add(new Feed(() -> counts.get().stream().flatMap(record).toList()));
    return this;
  }

  public void publishEvery(Duration interval) {
    var unused =
        Recurring.every(
            scheduler,
            interval,
            interval,
            this::publish,
            e ->
                log.warn(
                    "What was counted could not be published: {}", e.getClass().getSimpleName()));
  }

  /** At once; of several threads one after another. */
  public void publish() {
    publish(false);
  }

  private synchronized void publish(boolean last) {
    for (Feed feed : feeds) {
      for (ProducerRecord<String, byte[]> record : feed.next(last)) {
        // Where one can't be sent, none behind it can: each would wait as long as the first.
        if (feed.unsent.isEmpty()) {
          send(feed, record);
        } else {
          feed.unsent.add(record);
        }
      }
    }
  }

  private void send(Feed feed, ProducerRecord<String, byte[]> record) {
    // Sealing and sending change a record's headers.
    var copy =
        new ProducerRecord<>(
            record.topic(), record.partition(), record.key(), record.value(), record.headers());
    var answered = new AtomicBoolean();
    Consumer<Boolean> answer =
        arrived -> {
          if (answered.compareAndSet(false, true)) {
            if (!arrived) {
              feed.unsent.add(record);
            }
            feed.underWay.decrementAndGet();
          }
        };
    feed.underWay.incrementAndGet();
    try {
      var unused = producer.send(copy, (metadata, failure) -> answer.accept(failure == null));
    } catch (RuntimeException | Error e) {
      answer.accept(false);
      log.warn("What was counted could not be published: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    scheduler.shutdown();
    publish(true);
    producer.close(Duration.ofSeconds(5)); // Sends what is waiting, for so long.
  }
}
