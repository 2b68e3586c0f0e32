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
import dev.keyledger.token.enforcement.usage.ToldNetworks.From;
import dev.keyledger.token.enforcement.usage.UsageCounter.Denied;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what was counted: uses to {@code usage.v1}, denials to {@code activity.v1}. However
 * often a key is refused, that is one record per reason and network, of which a few are told apart.
 */
public final class UsagePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UsagePublisher.class);

  private final CountsPublisher publisher;
  private final String instance;
  private final Clock clock;

  /**
   * @param networks is told of all uses, too, and returns at once
   * @param told how networks of refusals are
   */
  public UsagePublisher(
      UsageCounter counter,
      Consumer<List<Counted<Used>>> networks,
      ToldNetworks told,
      Producer<String, byte[]> producer,
      String instance,
      Clock clock) {
    this.instance = instance;
    this.clock = clock;
    this.publisher =
        new CountsPublisher("usage", producer)
            .with(() -> uses(counter, networks), use -> Stream.of(recordOfUse(use)))
            .with(() -> told(counter, told), denial -> Stream.of(recordOfDenial(denial)));
  }

  private record ToldDenial(Denied denied, Activity.@Nullable Network network) {}

  /** That keys were refused is told also where it can't be told from where. */
  private static List<Counted<ToldDenial>> told(UsageCounter counter, ToldNetworks told) {
    List<Counted<Denied>> denials = counter.takeDenials();
    Map<From, Activity.Network> networks = new HashMap<>();
    try {
      networks.putAll(
          told.of(
              denials.stream()
                  .map(denial -> from(denial.what()))
                  .filter(from -> !from.network().isEmpty())
                  .collect(Collectors.toSet())));
    } catch (RuntimeException e) {
      log.warn("From where keys were refused can't be told: {}", e.getClass().getSimpleName());
    }
    return denials.stream()
        .map(denial ->
            new Counted<>(
                new ToldDenial(denial.what(), networks.get(from(denial.what()))),
                denial.count(),
                denial.last()))
        .toList();
  }

  private static From from(Denied denied) {
    return new From(denied.key(), denied.network());
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

  private ProducerRecord<String, byte[]> recordOfDenial(Counted<ToldDenial> denial) {
    Denied denied = denial.what().denied();
    KeyId key = denied.keyId();
    EventId id = EventId.of(UuidCreator.getTimeOrderedEpoch());
    var activity =
        new Activity(
            id,
            Activity.Kind.KEY_DENIED,
            denied.organization(),
            null,
            null,
            denied.code(),
            denial.last(),
            key,
            denial.count(),
            denial.what().network());
    return new ProducerRecord<>(
        Topics.ACTIVITY,
        Topics.partitionOf(denied.organization()),
        denied.organization().value(),
        EventCodec.encode(activity),
        headers(id.value(), "activity", key, denied.organization()).toHeaders());
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
