package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.token.enforcement.usage.PeoplesKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What enforcement seals under, a few hundred at a time. */
@Component
final class PeoplesDataKeys implements PeoplesKeys {
  private static final int AT_ONCE = 500;

  private final People people;

  PeoplesDataKeys(People people) {
    this.people = people;
  }

  @Override
  public Map<PersonId, PersonKey> of(Set<PersonId> persons) {
    List<PersonId> all = new ArrayList<>(persons);
    Map<PersonId, PersonKey> keys = new HashMap<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      people
          .materialOf(all.subList(from, Math.min(all.size(), from + AT_ONCE)))
          .forEach(one -> keys.put(one.person(), new PersonKey(one.person(), one.material())));
    }
    return keys;
  }
}
