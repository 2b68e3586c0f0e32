package dev.keyledger.client;

import java.security.PublicKey;
import java.util.Optional;

/** The public keys of whoever signs access tokens. */
@FunctionalInterface
public interface SigningKeys {
  /**
   * @param id the token's {@code kid}
   * @return empty when the signer is known to have no such key
   * @throws UnavailableException when nobody could be asked
   */
  Optional<PublicKey> find(String id);
}
