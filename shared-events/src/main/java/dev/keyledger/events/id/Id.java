package dev.keyledger.events.id;

import java.util.UUID;

/**
 * A typed id, validated when it is made, so that a key's id can never stand where a member's is
 * due.
 */
public sealed interface Id
    permits OrganizationId, PersonId, MemberId, KeyId, SessionId, SubscriptionId, EventId {
  String value();

  /** The UUID behind the prefix, for stores that keep sixteen bytes instead of forty. */
  default UUID uuid() {
    return IdFormat.uuid(value());
  }
}
