package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;

/** A person, not erased. What is personal of them is asked for by {@link People}. */
public record Person(PersonId id, boolean operator) {}
