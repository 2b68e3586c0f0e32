package dev.keyledger.command.api;

import dev.keyledger.command.organization.FreshSecret;
import dev.keyledger.kit.keys.ServerKeysFile;
import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/** Draws the randomness of new secrets, under the pepper that is current. */
@Component
class FreshSecrets {
  private final ServerKeysFile keys;
  private final SecureRandom random;

  FreshSecrets(ServerKeysFile keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  FreshSecret draw() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return new FreshSecret(keys.get().currentPepper(), bytes);
  }
}
