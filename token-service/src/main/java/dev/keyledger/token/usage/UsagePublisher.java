package dev.keyledger.token.usage;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.subscriber.kafka.CloudEventHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what was counted, now and then and once more at the end. */
public final class UsagePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UsagePublisher.class);

  private final UsageCounter counter;
  private final Producer<String, byte[]> producer;
  private final String instance;
  private final Clock clock;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("usage").factory());

  public UsagePublisher(
      UsageCounter counter, Producer<String, byte[]> producer, String instance, Clock clock) {
    this.counter = counter;
    this.producer = producer;
    this.instance = instance;
    this.clock = clock;
  }

  public void publishEvery(Duration interval) {
    var unused =
        scheduler.scheduleWithFixedDelay(
            this::publish, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  public void publish() {
    for (Usage usage : counter.take(instance)) {
      try {
        var unused =
            producer.send(
                record(usage),
                (metadata, failure) -> {
                  if (failure != null) {
                    counter.giveBack(usage);
                  }
                });
      } catch (RuntimeException e) {
        counter.giveBack(usage);
        log.warn("Usage could not be published: {}", e.getMessage());
      }
    }
  }

  private ProducerRecord<String, byte[]> record(Usage usage) {
    var headers =
        new CloudEventHeaders(
            UUID.randomUUID().toString(),
            CloudEventHeaders.TYPE_PREFIX + "key.used",
            "/keyledger/token-service",
            usage.key().value(),
            clock.instant(),
            usage.organization(),
            null,
            null);
    return new ProducerRecord<>(
        Topics.USAGE,
        Topics.partitionOf(usage.organization()),
        usage.key().value(),
        EventCodec.encode(usage),
        headers.toHeaders());
  }

  @Override
  public void close() {
    scheduler.shutdown();
    publish();
    producer.close(Duration.ofSeconds(5)); // Sends what is waiting, for so long.
  }
}
