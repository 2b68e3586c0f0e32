package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.decide.SecretFacts;
import dev.keyledger.kit.decide.SecretMatcher;
import org.jspecify.annotations.Nullable;

/** Finds a presented secret by its verifier: one HMAC, one look-up. */
public final class PepperedSecrets implements SecretMatcher {
  private final AccessState state;
  private final Peppers peppers;

  public PepperedSecrets(AccessState state, Peppers peppers) {
    this.state = state;
    this.peppers = peppers;
  }

  @Override
  public @Nullable SecretFacts match(KeySecret presented) {
    byte[] verifier = peppers.verifierOf(presented);
    return verifier == null ? null : state.secret(verifier);
  }
}
