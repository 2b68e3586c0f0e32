package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.token.enforcement.access.AccessState;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How a key's organisation is told from which network the key was used or refused: where keys act
 * for the members that created them, sealed under the creator's data key, so that it goes with who
 * is erased; else in clear.
 */
@Component
public final class ToldNetworks {
  /**
   * @param network as CIDR
   */
  public record From(UUID key, String network) {}

  private final AccessState state;
  private final PeoplesKeys people;
  private final SecureRandom random;

  public ToldNetworks(AccessState state, PeoplesKeys people, SecureRandom random) {
    this.state = state;
    this.people = people;
    this.random = random;
  }

  /**
   * @return those that can be told: not of a creator who was erased, or isn't known yet
   * @throws org.springframework.dao.DataAccessException where data keys can't be had
   */
  public Map<From, Activity.Network> of(Collection<From> wanted) {
    Map<From, Activity.Network> told = new HashMap<>();
    Map<From, PersonId> sealed = new HashMap<>();
    for (From one : wanted) {
      KeyFacts key = state.key(KeyId.of(one.key()));
      OrganizationRules rules = key == null ? null : key.organization();
      if (key == null || rules == null) {
        continue;
      }
      if (rules.access().policy().keys().authority() == Authority.ORGANIZATION
          || !key.hasCreator()) {
        told.put(one, new Activity.Network(one.network(), null));
      } else {
        Optional.ofNullable(key.creator())
            .map(Membership::person)
            .ifPresent(person -> sealed.put(one, person));
      }
    }
    Map<PersonId, PersonKey> keys = keysOf(sealed.values());
    sealed.forEach((one, person) -> {
      @Nullable PersonKey key = keys.get(person);
      if (key != null) {
        told.put(one, new Activity.Network(null, key.seal(one.network(), random)));
      }
    });
    return told;
  }

  private Map<PersonId, PersonKey> keysOf(Collection<PersonId> persons) {
    Set<PersonId> asked = new HashSet<>(persons);
    return asked.isEmpty() ? Map.of() : people.of(asked);
  }
}
