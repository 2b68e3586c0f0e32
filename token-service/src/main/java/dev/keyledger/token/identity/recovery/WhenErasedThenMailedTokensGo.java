package dev.keyledger.token.identity.recovery;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

@Component
record WhenErasedThenMailedTokensGo(MailedTokens tokens) implements Erasure.Consequence {
  @Override
  public List<StreamPosition> whenErased(PersonId person, Instant at) {
    tokens.forget(person);
    return List.of();
  }
}
