package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Records that can't be read, each at a place of its own. */
public final class Torn {
  private static final AtomicLong OFFSETS = new AtomicLong();

  private Torn() {}

  public static UnreadableRecord access(
      String subject, OrganizationId organization, int partition) {
    return on(Topics.ACCESS, subject, organization, partition);
  }

  static UnreadableRecord revocation(OrganizationId organization, int partition) {
    return on(Topics.REVOCATIONS, null, organization, partition);
  }

  private static UnreadableRecord on(
      String topic, String subject, OrganizationId organization, int partition) {
    return new UnreadableRecord(
        new RecordPlace(topic, "topic-id", partition, OFFSETS.incrementAndGet(), "digest"),
        Instant.EPOCH,
        organization,
        subject,
        Map.of(),
        3,
        null,
        "UnreadableException");
  }
}
