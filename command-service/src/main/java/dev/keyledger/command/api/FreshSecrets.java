package dev.keyledger.command.api;

import dev.keyledger.command.organization.FreshSecret;
import dev.keyledger.command.organization.FreshSigningSecret;
import dev.keyledger.kit.keys.ServerKeysFile;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/** Draws the randomness of new secrets, under the server's key that is current. */
@Component
class FreshSecrets {
  private final ServerKeysFile keys;
  private final SubscriptionSecrets signing;
  private final SecureRandom random;

  FreshSecrets(ServerKeysFile keys, SecureRandom random) {
    this.keys = keys;
    this.signing = new SubscriptionSecrets(keys);
    this.random = random;
  }

  FreshSecret draw() {
    return new FreshSecret(keys.get().currentPepper(), bytes(32));
  }

  /** Of what a subscription is signed by. */
  FreshSigningSecret drawSigning() {
    return new FreshSigningSecret(signing.sealing(), bytes(32), bytes(SubscriptionSecrets.NONCE));
  }

  /** What a receiver is shown with each security event, to be sealed. */
  FreshSigningSecret shown(String text) {
    return new FreshSigningSecret(
        signing.sealing(), text.getBytes(StandardCharsets.UTF_8), bytes(SubscriptionSecrets.NONCE));
  }

  private byte[] bytes(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
