package dev.keyledger.client;

import java.security.PublicKey;
import java.util.Optional;

/** The public keys of the signer of access tokens. */
@FunctionalInterface
public interface SigningKeys {
  /**
   * @param id the token's {@code kid}
   * @return empty when the signer is known to have no such key
   * @throws UnavailableException when the signer could not be asked
   */
  Optional<PublicKey> find(String id);
}
