package dev.keyledger.command.relay;

import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.feed.Revocation;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as far as it was published: its state, and the position of its newest revocation,
 * both folded from its events alone, so that every relay says the same.
 */
final class Published {
  private final OrganizationState state = OrganizationState.empty();
  private @Nullable Long newestRevocation;

  /** What the event revokes, given all before it; {@code null} for nothing. */
  @Nullable Revocation apply(LedgerEvent event) {
    state.apply(event.event(), event.position());
    Revocation revocation = RevocationRule.of(event, state.standing().policy(), newestRevocation);
    if (revocation != null) {
      newestRevocation = event.position();
    }
    return revocation;
  }

  OrganizationState state() {
    return state;
  }

  long position() {
    return state.position();
  }

  /** What it weighs in memory, in subjects. */
  int subjects() {
    return 1 + state.members().all().size() + state.keys().all().size();
  }
}
