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
    OrganizationEvent bare =
        switch (event) {
          case KeyEvent.KeyCreated e ->
              new KeyEvent.KeyCreated(
                  e.key(),
                  e.name(),
                  e.environment(),
                  e.scopes(),
                  e.createdBy(),
                  e.secret().withoutVerifier(),
                  e.expiresAt(),
                  e.at());
          case KeyEvent.KeyRotated e ->
              new KeyEvent.KeyRotated(
                  e.key(), e.secret().withoutVerifier(), e.previousValidUntil(), e.at());
          case KeyEvent e -> e;
          case StandingEvent e -> e;
          case MemberEvent e -> e;
        };
    return bare == event ? this : new LedgerEvent(organization, position, id, actor, origin, bare);
  }
}
