package dev.keyledger.command.organization;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.keys.Pepper;

/**
 * Randomness for one secret, drawn before the decision, which only then knows the prefix that the
 * secret begins with. The same randomness makes the same secret.
 */
public final class FreshSecret {
  private final Pepper pepper;
  private final byte[] random;

  /**
   * @param random 32 bytes that were shown nowhere
   */
  public FreshSecret(Pepper pepper, byte[] random) {
    this.pepper = pepper;
    this.random = random.clone();
  }

  public KeySecret mint(String prefix) {
    return KeySecret.mint(prefix, pepper.id(), random);
  }

  String verifierOf(KeySecret secret) {
    return pepper.encodedVerifierOf(secret);
  }

  @Override
  public String toString() {
    return "[fresh secret]";
  }
}
