package dev.keyledger.token.identity.recovery;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.Erasure;
import java.time.Instant;
import org.springframework.stereotype.Component;

@Component
record WhenErasedThenMailedTokensGo(MailedTokens tokens) implements Erasure.Consequence {
  @Override
  public void whenErased(PersonId person, Instant at) {
    tokens.forget(person);
  }
}
