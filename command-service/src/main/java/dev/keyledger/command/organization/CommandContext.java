package dev.keyledger.command.organization;

import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who asks, from where, and what the clock said: a decision reads nothing else.
 *
 * @param at in whole milliseconds
 */
public record CommandContext(Actor actor, Origin origin, Instant at, ClientAddress address) {
  public CommandContext {
    at = at.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Of a command that no person sends. */
  public CommandContext(Actor actor, Origin origin, Instant at) {
    this(actor, origin, at, ClientAddress.UNKNOWN);
  }
}
