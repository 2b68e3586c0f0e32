package dev.keyledger.command.organization;

import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who asks, from where, and what the clock said: a decision reads nothing else.
 *
 * @param at in whole milliseconds
 * @param dryRun whether they only ask what would come of it. No decision looks at that, and none is
 *     appended: it stands here so that no command can go without it
 */
public record CommandContext(
    Actor actor, Origin origin, Instant at, ClientAddress address, boolean dryRun) {
  public CommandContext {
    at = at.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Of one who means it. */
  public CommandContext(Actor actor, Origin origin, Instant at, ClientAddress address) {
    this(actor, origin, at, address, false);
  }

  /** Of a command that no person sends. */
  public CommandContext(Actor actor, Origin origin, Instant at) {
    this(actor, origin, at, ClientAddress.UNKNOWN);
  }

  /** The same, of one who only asks. */
  public CommandContext dry() {
    return new CommandContext(actor, origin, at, address, true);
  }
}
