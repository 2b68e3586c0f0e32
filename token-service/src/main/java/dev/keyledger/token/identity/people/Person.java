package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;

/**
 * A person, not erased. What is personal of them is asked for by {@link People}.
 *
 * @param addressProven whether their e-mail address is known to be theirs
 */
public record Person(PersonId id, boolean operator, boolean addressProven) {}
