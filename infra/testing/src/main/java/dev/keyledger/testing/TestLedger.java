package dev.keyledger.testing;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes to the topics as the relay does: in transactions, an organisation a partition. Between
 * {@link #begin} and {@link #commit} or {@link #abort} a test holds a transaction in its hand.
 */
public final class TestLedger implements AutoCloseable {
  public static final Instant START = Instant.parse("2026-05-28T14:43:58.000Z");

  private static final String SOURCE = "/keyledger/command-service";

  private final KafkaSettings settings;
  private final Producer<String, byte[]> producer;

  public TestLedger(String bootstrapServers) {
    var settings = KafkaSettings.of(bootstrapServers);
    TopicGuard.ensure(settings);
    Map<String, Object> config = settings.producer();
    config.put("transactional.id", "test-relay-" + UuidCreator.getTimeOrderedEpoch());
    config.put("linger.ms", 5);
    producer = TestServerKeys.SEALS.producer(config);
    producer.initTransactions();
    this.settings = settings;
    mark(0);
  }

  /** Says that the topics, as they are now, are whole, and reach to that index of the ledger. */
  public void mark(long index) {
    begin();
    producer.send(relayMark(settings, index));
    commit();
  }

  private static ProducerRecord<String, byte[]> relayMark(KafkaSettings settings, long index) {
    try (var ids = new AdminTopicIds(settings::admin)) {
      var topics = new TreeMap<String, String>();
      ids.ask(Set.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS))
          .join()
          .forEach((name, id) -> topics.put(name, id.toString()));
      return new ProducerRecord<>(
          Topics.RELAY, 0, "token", EventCodec.encode(new RelayMark(index, topics, null)));
    }
  }

  /** One organisation's stream, as its aggregate would number it. */
  public static final class Stream {
    public final OrganizationId id = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    public final String slug = "slug-" + id.value().substring(30);
    private long next;

    public LedgerEvent next(OrganizationEvent event) {
      return next(event, Actor.SYSTEM, Origin.NONE);
    }

    public LedgerEvent next(OrganizationEvent event, Actor actor, Origin origin) {
      return new LedgerEvent(
          id, next++, EventId.of(UuidCreator.getTimeOrderedEpoch()), actor, origin, event);
    }

    public LedgerEvent registered() {
      return registered(OrganizationKind.STANDARD);
    }

    public LedgerEvent registered(OrganizationKind kind) {
      return next(
          new OrganizationRegistered(
              id, slug, "Name of " + slug, kind, "standard", policy(), START));
    }

    /** The position of the last event that was numbered. */
    public long position() {
      return next - 1;
    }

    /** Numbers an event that no consumer ever sees. */
    public void skip() {
      next++;
    }
  }

  public void publish(LedgerEvent... events) {
    publish(Arrays.asList(events));
  }

  public void publish(List<LedgerEvent> events) {
    var records = new ArrayList<ProducerRecord<String, byte[]>>();
    for (LedgerEvent event : events) {
      records.add(
          record(
              event.organization(),
              event.position(),
              EventTypes.nameOf(event.event()),
              EventCodec.encode(event.withoutVerifiers())));
    }
    send(records);
  }

  public void publishRaw(OrganizationId organization, long position, String type, byte[] value) {
    send(List.of(record(organization, position, type, value)));
  }

  /** A record whose headers are torn too. */
  public void publishWithoutPosition(OrganizationId organization, String type, byte[] value) {
    var record = record(organization, 0, type, value);
    record.headers().remove("ce_position");
    send(List.of(record));
  }

  /** What a relay that failed halfway leaves behind. */
  public void publishAndAbort(LedgerEvent event) {
    begin();
    producer.send(
        record(
            event.organization(),
            event.position(),
            EventTypes.nameOf(event.event()),
            EventCodec.encode(event)));
    producer.flush();
    abort();
  }

  private static ProducerRecord<String, byte[]> record(
      OrganizationId organization, long position, String type, byte[] value) {
    var headers =
        new CloudEventHeaders(
            EventId.of(UuidCreator.getTimeOrderedEpoch()).value(),
            "dev.keyledger." + type,
            SOURCE,
            organization.value(),
            START,
            organization,
            position,
            null);
    return new ProducerRecord<>(
        Topics.EVENTS,
        Topics.partitionOf(organization),
        organization.value(),
        value,
        headers.toHeaders());
  }

  private void send(List<ProducerRecord<String, byte[]>> records) {
    begin();
    records.forEach(producer::send);
    commit();
  }

  public void begin() {
    producer.beginTransaction();
  }

  public void commit() {
    producer.commitTransaction();
  }

  public void abort() {
    producer.abortTransaction();
  }

  public void publish(AccessRecord... records) {
    begin();
    for (AccessRecord record : records) {
      write(record);
    }
    commit();
  }

  /** Within a transaction. */
  public void write(AccessRecord record) {
    write(record.organization(), record.subject().value(), EventCodec.encodeAccess(record));
  }

  /** Whatever bytes, under a subject's key, within a transaction. */
  public void write(OrganizationId organization, String subject, byte[] value) {
    var headers =
        new CloudEventHeaders(
            EventId.of(UuidCreator.getTimeOrderedEpoch()).value(),
            "dev.keyledger.access",
            SOURCE,
            subject,
            START,
            organization,
            null,
            null);
    producer.send(
        new ProducerRecord<>(
            Topics.ACCESS, Topics.partitionOf(organization), subject, value, headers.toHeaders()));
  }

  /** As a replica of token-service does. */
  public void publish(Revocation revocation) {
    begin();
    write(revocation);
    commit();
  }

  /** Within a transaction. */
  public void write(Revocation revocation) {
    String owner =
        revocation.organization() == null ? revocation.stream() : revocation.organization().value();
    producer.send(
        new ProducerRecord<>(
            Topics.REVOCATIONS, Topics.partitionOf(owner), owner, EventCodec.encode(revocation)));
  }

  /** As the relay does beside a subscription's event. */
  public void publish(SubscriptionRecord subscription) {
    send(
        List.of(
            new ProducerRecord<>(
                Topics.SUBSCRIPTIONS,
                Topics.partitionOf(subscription.organization()),
                subscription.subscription().value(),
                EventCodec.encode(subscription))));
  }

  /** As a replica of token-service does. */
  public void publish(Activity activity) {
    String owner =
        activity.organization() != null
            ? activity.organization().value()
            : activity.person() != null ? activity.person().value() : activity.id().value();
    send(
        List.of(
            new ProducerRecord<>(
                Topics.ACTIVITY, Topics.partitionOf(owner), owner, EventCodec.encode(activity))));
  }

  public static KeyId newKey() {
    return KeyId.of(UuidCreator.getTimeOrderedEpoch());
  }

  public static KeyCreated created(KeyId key, String name) {
    return new KeyCreated(
        key, name, "live", List.of("clients.read"), null, secret("kl_live_aaaaaaa"), null, START);
  }

  public static IssuedSecret secret(String prefix) {
    return new IssuedSecret(prefix, null, START);
  }

  public static Policy policy() {
    return new Policy(
        "canonical",
        List.of("test", "live"),
        Policy.EnvironmentChoice.CREATOR,
        List.of(),
        List.of("test", "live"),
        new KeyRules(
            Map.of("test", "kl_test", "live", "kl_live"),
            List.of(KeyRules.KeyUse.DIRECT),
            KeyRules.Creators.PERMISSION,
            KeyRules.Authority.CREATOR,
            new KeyRules.Limit(100, KeyRules.Limit.Per.ENVIRONMENT),
            null,
            KeyRules.Expiry.OPTIONAL,
            Duration.ofDays(1),
            Duration.ofDays(7),
            KeyRules.OutstandingTokens.END),
        new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
        new SessionRules(
            Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
        Map.of(Role.OWNER, List.of("api_keys.create")),
        List.of());
  }

  /** The same, set then, under which secrets become so old at most. */
  public static Policy aged(Policy policy, Duration maximumAge, Instant since) {
    ObjectNode json = EventCodec.mapper().valueToTree(policy);
    ((ObjectNode) json.get("keys")).put("maximum_age", maximumAge.toString());
    return EventCodec.mapper().treeToValue(json, Policy.class).setAt(since, policy);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
