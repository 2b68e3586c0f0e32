package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

@Component
record WhenErasedThenSessionsEnd(Endings endings) implements Erasure.Consequence {
  @Override
  public List<StreamPosition> whenErased(PersonId person, Instant at) {
    return endings.endAll(person, at);
  }
}
