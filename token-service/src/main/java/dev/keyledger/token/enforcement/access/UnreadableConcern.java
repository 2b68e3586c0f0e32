package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.UnreadableRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that can't be read, and whom it keeps from being verified.
 *
 * @param organization {@code null} for every organisation of the record's partition
 */
public record UnreadableConcern(UnreadableRecord record, @Nullable OrganizationId organization) {

  /**
   * Whether all could go on without it. An access record that concerns one organisation may be the
   * newest state of a key that was revoked: without it that key would live.
   */
  public boolean isAcknowledgeable() {
    return !record.place().topic().equals(Topics.ACCESS) || organization == null;
  }

  boolean isAbout(OrganizationId id, int partitionOfId) {
    return organization == null
        ? record.place().partition() == partitionOfId
        : organization.equals(id);
  }
}
