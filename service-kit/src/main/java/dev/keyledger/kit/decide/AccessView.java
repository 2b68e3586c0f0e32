package dev.keyledger.kit.decide;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says of organisations, members and keys, at one time: as it is applied, in
 * memory, or as it was. What follows it moves on between two calls, so a decision asks for the
 * position first.
 */
public interface AccessView {
  @Nullable OrganizationRules organization(OrganizationId id);

  /** Removed members are found too. */
  @Nullable Membership member(MemberId id);

  @Nullable KeyFacts key(KeyId id);

  /**
   * Highest position of this organisation that is in the view; -1 before its first. What is read
   * after it reflects it, and may reflect more.
   */
  long positionOf(OrganizationId id);

  /**
   * Whether a record of this organisation could not be read, or none of it was taken in though
   * there may be some, so that what they say is unknown.
   */
  boolean isUnreadable(OrganizationId id);

  /** Whether a record is missing that may be about any key, also one never seen here. */
  boolean hidesKeys();
}
