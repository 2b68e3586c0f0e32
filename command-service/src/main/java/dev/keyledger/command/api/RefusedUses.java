package dev.keyledger.command.api;

import dev.keyledger.command.ledger.Foreseen;
import dev.keyledger.command.organization.Consequences.Power;
import dev.keyledger.command.organization.Consequences.TouchedKey;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.people.KeyUses;
import dev.keyledger.command.people.KeyUses.Lately;
import dev.keyledger.command.people.KeyUses.Uses;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.decide.Code;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * How many of the last thirty days' accepted uses a change would have had refused, of each key that
 * would work no more, or from fewer addresses.
 */
@Component
final class RefusedUses {
  /**
   * @param since the first day that is counted, of UTC
   * @param accepted in all
   * @param refused of these
   * @param undecided of these: not known to be refused, nor not to be
   * @param check that would refuse, as verifying a key calls it
   */
  record OfKey(LocalDate since, long accepted, long refused, long undecided, String check) {}

  private final KeyUses uses;

  RefusedUses(KeyUses uses) {
    this.uses = uses;
  }

  /** Nothing of keys that would be good for all that they are, nor where it isn't known now. */
  Map<KeyId, OfKey> of(Foreseen foreseen, int most) {
    List<TouchedKey> touched =
        foreseen.consequences().keys().stream().limit(most).filter(RefusedUses::isLess).toList();
    Map<Boolean, List<TouchedKey>> byWorking =
        touched.stream().collect(Collectors.partitioningBy(key -> key.power().after().works()));
    var refused = new HashMap<KeyId, OfKey>();
    addEnding(byWorking.getOrDefault(false, List.of()), foreseen.at(), refused);
    addNarrowed(byWorking.getOrDefault(true, List.of()), refused);
    return refused;
  }

  private void addEnding(List<TouchedKey> keys, Instant at, Map<KeyId, OfKey> refused) {
    Optional<Lately> lately = ask(keys, List.of());
    lately.ifPresent(known -> {
      for (TouchedKey key : keys) {
        long all = known.of(idOf(key)).uses();
        refused.put(idOf(key), new OfKey(known.since(), all, all, 0, ending(key, at).text()));
      }
    });
  }

  // One list for all keys of an organisation that it binds.
  private void addNarrowed(List<TouchedKey> keys, Map<KeyId, OfKey> refused) {
    if (keys.isEmpty()) {
      return;
    }
    ask(keys, keys.getFirst().power().after().addresses())
        .ifPresent(known -> {
          for (TouchedKey key : keys) {
            Uses one = known.of(idOf(key));
            refused.put(
                idOf(key),
                new OfKey(
                    known.since(),
                    one.uses(),
                    one.outside(),
                    one.undecided(),
                    Code.IP_NOT_ALLOWED.text()));
          }
        });
  }

  private Optional<Lately> ask(List<TouchedKey> keys, List<String> ranges) {
    return keys.isEmpty()
        ? Optional.empty()
        : uses.lately(keys.stream().map(RefusedUses::idOf).toList(), ranges);
  }

  private static boolean isLess(TouchedKey key) {
    Power before = key.power().before();
    Power after = key.power().after();
    boolean bound = !after.addresses().isEmpty() && !after.addresses().equals(before.addresses());
    return before.works() && (!after.works() || bound);
  }

  private static Code ending(TouchedKey key, Instant at) {
    Key.Status status = key.key().after().statusAt(at);
    return switch (status) {
      case REVOKED -> Code.REVOKED;
      case EXPIRED -> Code.EXPIRED;
      case SUSPENDED -> Code.KEY_SUSPENDED;
      case ACTIVE, ROTATING -> Code.ORGANIZATION_SUSPENDED;
    };
  }

  private static KeyId idOf(TouchedKey key) {
    return key.key().before().id();
  }
}
