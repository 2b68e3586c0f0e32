package dev.keyledger.token.enforcement.usage;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.counts.CountsPublisher;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.token.enforcement.usage.UsageCounter.Denied;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes what was counted: uses to {@code usage.v1}, denials to {@code activity.v1}. However
 * often a key is refused, that is one record per reason.
 */
public final class UsagePublisher implements AutoCloseable {
  private final CountsPublisher publisher;
  private final String instance;
  private final Clock clock;

  /**
   * @param networks is told of all uses, too, and returns at once
   */
  public UsagePublisher(
      UsageCounter counter,
      Consumer<List<Counted<Used>>> networks,
      Producer<String, byte[]> producer,
      String instance,
      Clock clock) {
    this.instance = instance;
    this.clock = clock;
    this.publisher =
        new CountsPublisher("usage", producer)
            .with(() -> uses(counter, networks), use -> Stream.of(recordOfUse(use)))
            .with(counter::takeDenials, denial -> Stream.of(recordOfDenial(denial)));
  }

  private static List<Counted<Used>> uses(
      UsageCounter counter, Consumer<List<Counted<Used>>> networks) {
    List<Counted<Used>> uses = counter.takeUses();
    networks.accept(uses);
    return UsageCounter.bySecret(uses);
  }

  public void publishEvery(Duration interval) {
    publisher.publishEvery(interval);
  }

  private ProducerRecord<String, byte[]> recordOfUse(Counted<Used> use) {
    KeyId key = use.what().keyId();
    var usage =
        new Usage(
            use.what().organization(),
            key,
            use.what().secretPrefix(),
            use.count(),
            use.last(),
            instance);
    return new ProducerRecord<>(
        Topics.USAGE,
        Topics.partitionOf(use.what().organization()),
        key.value(),
        EventCodec.encode(usage),
        headers(UUID.randomUUID().toString(), "key.used", key, use.what().organization())
            .toHeaders());
  }

  private ProducerRecord<String, byte[]> recordOfDenial(Counted<Denied> denial) {
    KeyId key = denial.what().keyId();
    EventId id = EventId.of(UuidCreator.getTimeOrderedEpoch());
    var activity =
        new Activity(
            id,
            Activity.Kind.KEY_DENIED,
            denial.what().organization(),
            null,
            null,
            denial.what().code(),
            denial.last(),
            key,
            denial.count());
    return new ProducerRecord<>(
        Topics.ACTIVITY,
        Topics.partitionOf(denial.what().organization()),
        denial.what().organization().value(),
        EventCodec.encode(activity),
        headers(id.value(), "activity", key, denial.what().organization()).toHeaders());
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

  /** At once. */
  public void publish() {
    publisher.publish();
  }

  @Override
  public void close() {
    publisher.close();
  }
}
