package dev.keyledger.events;

import java.time.Instant;

/**
 * A fact about one organisation, as its stream keeps it for ever. It holds no secret and no
 * personal data in clear. Facts that change something say both what it was and what it is, so that
 * history needs no look-up.
 */
public sealed interface OrganizationEvent
    permits StandingEvent, MemberEvent, KeyEvent, PersonEvent, SubscriptionEvent {
  /**
   * The deciding command's reading of the clock, in whole milliseconds. Order is never taken from
   * it.
   */
  Instant at();

  /** The same fact without any verifier of a secret: what may leave the ledger. */
  OrganizationEvent withoutVerifier();

  /**
   * Whether each secret's verifier is the one that the fact commits to, as it stands in the ledger:
   * outside of it there are no verifiers.
   */
  default boolean fitsItsCommitment() {
    return true;
  }
}
