package dev.keyledger.kit.decide;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SessionId;

/** What ended that an {@link AccessView} cannot tell. */
public interface EndedCredentials {
  boolean hasEnded(SessionId session);

  /** Of a single token. */
  boolean hasEnded(String jti);

  /** Whether tokens that were obtained with this key ended with it, whatever policy says now. */
  boolean hasEndedTokensOf(KeyId key);

  /** The same of one secret of a key. */
  boolean hasEndedTokensOfSecret(String name);
}
