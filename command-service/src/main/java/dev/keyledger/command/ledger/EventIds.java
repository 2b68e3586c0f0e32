package dev.keyledger.command.ledger;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.EventId;
import org.axonframework.common.IdentifierFactory;

/** Axon's messages get ids of ours: an event's is stored with it. Found as a service. */
public final class EventIds extends IdentifierFactory {
  @Override
  public String generateIdentifier() {
    return EventId.PREFIX + UuidCreator.getTimeOrderedEpoch();
  }
}
