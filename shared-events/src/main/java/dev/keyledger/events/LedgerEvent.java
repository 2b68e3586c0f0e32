package dev.keyledger.events;

import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;

/**
 * An event with its place in the ledger: the form it has on {@code events.v1}.
 *
 * @param position the organisation's sequence number: from 0, without gaps, the only order that
 *     counts
 */
public record LedgerEvent(
    OrganizationId organization,
    long position,
    EventId id,
    Actor actor,
    Origin origin,
    OrganizationEvent event) {

  /** The same fact without any verifier: what may leave the ledger. */
  public LedgerEvent withoutVerifiers() {
    OrganizationEvent bare = event.withoutVerifier();
    return bare == event ? this : new LedgerEvent(organization, position, id, actor, origin, bare);
  }
}
