package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

@Component
record WhenErasedThenInvitationsGo(InvitationTable table) implements Erasure.Consequence {
  @Override
  public List<StreamPosition> whenErased(PersonId person, Instant at) {
    table.forget(person);
    return List.of();
  }
}
