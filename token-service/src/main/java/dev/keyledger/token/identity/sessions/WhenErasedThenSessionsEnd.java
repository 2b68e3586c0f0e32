package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Instant;
import org.springframework.stereotype.Component;

@Component
record WhenErasedThenSessionsEnd(Endings endings) implements Erasure.Consequence {
  @Override
  public void whenErased(PersonId person, Instant at) {
    endings.endAll(person, at);
  }
}
