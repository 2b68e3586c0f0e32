package dev.keyledger.token.enforcement.usage;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.token.enforcement.usage.Counts.Counted;
import dev.keyledger.token.enforcement.usage.UsageCounter.Denied;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
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

/**
 * Publishes what was counted, now and then and once more at the end: uses to {@code usage.v1},
 * denials to {@code activity.v1}. However often a key is refused, that is one record per reason.
 */
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
            this::publishOrTryLater, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  // What it threw would end the publishing for ever.
  private void publishOrTryLater() {
    try {
      publish();
    } catch (RuntimeException | Error e) {
      log.warn("What was counted could not be published: {}", e.getClass().getSimpleName());
    }
  }

  public void publish() {
    for (Counted<Used> use : counter.takeUses()) {
      send(recordOfUse(use), () -> counter.giveBackUse(use));
    }
    for (Counted<Denied> denial : counter.takeDenials()) {
      send(recordOfDenial(denial), () -> counter.giveBackDenial(denial));
    }
  }

  private void send(ProducerRecord<String, byte[]> record, Runnable giveBack) {
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure != null) {
                  giveBack.run();
                }
              });
    } catch (RuntimeException | Error e) {
      giveBack.run();
      log.warn("What was counted could not be published: {}", e.getMessage());
    }
  }

  private ProducerRecord<String, byte[]> recordOfUse(Counted<Used> use) {
    KeyId key = use.what().keyId();
    var usage =
        new Usage(
            use.organization(), key, use.what().secretPrefix(), use.count(), use.last(), instance);
    return new ProducerRecord<>(
        Topics.USAGE,
        Topics.partitionOf(use.organization()),
        key.value(),
        EventCodec.encode(usage),
        headers(UUID.randomUUID().toString(), "key.used", key, use.organization()).toHeaders());
  }

  private ProducerRecord<String, byte[]> recordOfDenial(Counted<Denied> denial) {
    KeyId key = denial.what().keyId();
    EventId id = EventId.of(UuidCreator.getTimeOrderedEpoch());
    var activity =
        new Activity(
            id,
            Activity.Kind.KEY_DENIED,
            denial.organization(),
            null,
            null,
            denial.what().code(),
            denial.last(),
            key,
            denial.count());
    return new ProducerRecord<>(
        Topics.ACTIVITY,
        Topics.partitionOf(denial.organization()),
        denial.organization().value(),
        EventCodec.encode(activity),
        headers(id.value(), "activity", key, denial.organization()).toHeaders());
  }

  private CloudEventHeaders headers(
      String id, String type, KeyId subject, OrganizationId organization) {
    return new CloudEventHeaders(
        id,
        CloudEventHeaders.TYPE_PREFIX + type,
        "/keyledger/token-service",
        subject.value(),
        clock.instant(),
        organization,
        null,
        null);
  }

  @Override
  public void close() {
    scheduler.shutdown();
    publish();
    producer.close(Duration.ofSeconds(5)); // Sends what is waiting, for so long.
  }
}
