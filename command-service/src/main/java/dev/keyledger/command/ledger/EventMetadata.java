package dev.keyledger.command.ledger;

import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;

/** Who asked for an event and from where, as the event store keeps it beside the event: as JSON. */
public record EventMetadata(Actor actor, Origin origin) {}
