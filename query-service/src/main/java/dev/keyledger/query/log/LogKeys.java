package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import dev.keyledger.kit.keys.ServerKeysFile;
import dev.keyledger.kit.log.NoteSigner;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * What logs are called and who signs for them. The next key signs already, beside the current one,
 * so that a checker has time to take it over; a retired one signs nothing.
 */
@Component
public final class LogKeys {
  private static final int SEED = 32;

  private final ServerKeysFile keys;
  private final LogSettings settings;

  LogKeys(ServerKeysFile keys, LogSettings settings) {
    this.keys = keys;
    this.settings = settings;
  }

  public String platform() {
    return settings.name() + "/v1/log";
  }

  public String of(OrganizationId organization) {
    return settings.name() + "/v1/organizations/" + organization.value() + "/log";
  }

  /** The current key's first. */
  List<NoteSigner> signersOf(String origin) {
    return Stream.of(State.CURRENT, State.NEXT)
        .flatMap(state -> in(state).map(key -> signer(origin, key)))
        .toList();
  }

  /** What checkpoints are verified by; those of retired keys too, for what was signed once. */
  public List<String> verifierKeysOf(String origin) {
    return Stream.of(State.CURRENT, State.NEXT, State.RETIRED)
        .flatMap(state -> in(state).map(key -> signer(origin, key).verifier().vkey()))
        .toList();
  }

  private Stream<ServerKey> in(State state) {
    return keys.get().all(Purpose.CHECKPOINTS).stream().filter(key -> key.state() == state);
  }

  private static NoteSigner signer(String origin, ServerKey key) {
    return NoteSigner.ofLog(origin, Arrays.copyOf(key.revealMaterial(), SEED));
  }
}
