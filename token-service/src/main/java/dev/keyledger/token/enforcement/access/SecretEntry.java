package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.credential.SecretName;
import dev.keyledger.kit.decide.SecretFacts;

/**
 * One secret of a key, found by its verifier for as long as its key remembers it. It is its own map
 * key and so stays the same object, while the key's entry behind it is replaced by newer ones.
 */
public final class SecretEntry extends Verifier implements SecretFacts {
  private final long createdAt;
  private volatile KeyEntry key;

  /**
   * @param createdAt milliseconds since the epoch
   */
  SecretEntry(byte[] verifier, long createdAt, KeyEntry key) {
    super(verifier);
    this.createdAt = createdAt;
    this.key = key;
  }

  long createdAt() {
    return createdAt;
  }

  @Override
  public KeyEntry key() {
    return key;
  }

  void follow(KeyEntry newer) {
    key = newer;
  }

  @Override
  public String name() {
    return SecretName.of(fingerprint());
  }
}
