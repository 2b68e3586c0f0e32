package dev.keyledger.query.past;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.query.past.PastVerdicts.PastQuestion;
import dev.keyledger.query.past.PastVerdicts.SecretVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a key would have been accepted at a time, and who could have had it.
 *
 * @param secrets its last two, ended ones too, the newest first
 */
public record KeyValidity(List<SecretVerdict> secrets, List<KeyHolder> holders) {

  /** Empty where there was no such key yet. */
  public static Optional<KeyValidity> of(KeyEvidence evidence, KeyId key, PastQuestion question) {
    var events = new ArrayList<LedgerEvent>(evidence.standing());
    events.addAll(evidence.members());
    events.addAll(evidence.key());
    events.sort(Comparator.comparingLong(LedgerEvent::position));
    var state = PastState.of(evidence.organization(), events);
    return state
        .key(key)
        .map(found -> {
          List<SecretVerdict> secrets = PastVerdicts.of(evidence, state, found, question);
          return new KeyValidity(
              secrets,
              KeyHolder.of(state, PastAccess.rules(state, evidence.position()), found, secrets));
        });
  }
}
