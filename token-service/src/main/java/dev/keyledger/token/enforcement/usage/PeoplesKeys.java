package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import java.util.Map;
import java.util.Set;

/** Data keys of people; those of the erased and the unknown are absent. */
public interface PeoplesKeys {
  Map<PersonId, PersonKey> of(Set<PersonId> people);
}
