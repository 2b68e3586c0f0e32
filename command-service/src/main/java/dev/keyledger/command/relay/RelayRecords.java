package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The records that one event becomes. The organisation picks the partition on every topic. */
final class RelayRecords {
  static final String TOKEN_KEY = "token";
  private static final String SOURCE = "/keyledger/command-service";

  private RelayRecords() {}

  static List<ProducerRecord<String, byte[]>> of(LedgerEvent event, Published organization) {
    SubscriptionRecord subscription = organization.subscriptionAfter(event);
    Revocation revocation = organization.apply(event);
    AccessRecord access = AccessRecords.of(event.event(), organization.state());
    String subject = access.subject().value();
    var records = new ArrayList<ProducerRecord<String, byte[]>>(3);
    records.add(
        record(
            Topics.EVENTS,
            event.organization().value(),
            EventCodec.encode(event.withoutVerifiers()),
            headers(event, "", EventTypes.nameOf(event.event()), subject),
            event.organization()));
    records.add(
        record(
            Topics.ACCESS,
            subject,
            EventCodec.encodeAccess(access),
            headers(event, ":access", "access." + kindOf(access), subject),
            event.organization()));
    if (revocation != null) {
      records.add(
          record(
              Topics.REVOCATIONS,
              event.organization().value(),
              EventCodec.encode(revocation),
              headers(event, ":revocation", "revocation", revocation.id()),
              event.organization()));
    }
    if (subscription != null) {
      String id = subscription.subscription().value();
      records.add(
          record(
              Topics.SUBSCRIPTIONS,
              id,
              EventCodec.encode(subscription),
              headers(event, ":subscription", "subscription", id),
              event.organization()));
    }
    return records;
  }

  static ProducerRecord<String, byte[]> of(RelayToken token) {
    return new ProducerRecord<>(Topics.RELAY, 0, TOKEN_KEY, EventCodec.encode(token));
  }

  private static String kindOf(AccessRecord access) {
    return switch (access) {
      case OrganizationAccess o -> "organization";
      case MemberAccess m -> "member";
      case KeyAccess k -> "key";
    };
  }

  private static CloudEventHeaders headers(
      LedgerEvent event, String suffix, String type, @Nullable String subject) {
    return new CloudEventHeaders(
        event.id().value() + suffix,
        CloudEventHeaders.TYPE_PREFIX + type,
        SOURCE,
        subject,
        event.event().at(),
        event.organization(),
        event.position(),
        event.origin().traceparent());
  }

  private static ProducerRecord<String, byte[]> record(
      String topic,
      String key,
      byte[] value,
      CloudEventHeaders headers,
      OrganizationId organization) {
    return new ProducerRecord<>(
        topic, Topics.partitionOf(organization), key, value, headers.toHeaders());
  }
}
