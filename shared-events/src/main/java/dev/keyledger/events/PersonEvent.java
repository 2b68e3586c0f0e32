package dev.keyledger.events;

import dev.keyledger.events.id.PersonId;
import java.time.Instant;

/**
 * What became of persons, whichever organisations they belong to: facts of the platform's own
 * organisation.
 */
public sealed interface PersonEvent extends OrganizationEvent {
  PersonId person();

  @Override
  default OrganizationEvent withoutVerifier() {
    return this;
  }

  /**
   * Decided for ever: their data key is destroyed, and with it whatever was sealed under it. The
   * organisations to which they belonged say so of the membership: {@link
   * MemberEvent.MemberErased}.
   */
  record PersonErased(PersonId person, Instant at) implements PersonEvent {}
}
