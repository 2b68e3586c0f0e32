package dev.keyledger.events.policy;

import java.util.List;

/**
 * What an organisation's policy says of the witnesses of its log: a checkpoint is given to nobody
 * before as many of them as it wants have cosigned it. They are the organisation's own, beside
 * those of the platform's operator.
 *
 * @param keys their verifier keys (C2SP {@code signed-note}), 1 to 16
 * @param required how many of them have to have cosigned, 1 to all of them
 */
public record WitnessRules(List<String> keys, int required) {
  public WitnessRules {
    keys = keys == null ? List.of() : List.copyOf(keys);
  }
}
