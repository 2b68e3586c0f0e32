package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;

/**
 * A person, not erased, whose row this transaction holds. A transaction that changes what they
 * prove themselves by, opens a session or a challenge for them, or erases them, holds it first and
 * takes every other row after it: so what was found out under it stays so until the commit, and no
 * two of them wait for one another. {@link People} alone makes one; it is worth nothing after its
 * transaction.
 */
public final class HeldPerson {
  private final Person person;

  HeldPerson(Person person) {
    this.person = person;
  }

  public PersonId id() {
    return person.id();
  }

  /** As it is in this transaction. */
  public Person person() {
    return person;
  }

  @Override
  public String toString() {
    return "[held " + person.id() + "]";
  }
}
