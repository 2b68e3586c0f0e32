package dev.keyledger.token.identity.people;

import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import java.security.SecureRandom;
import java.util.List;

/** This feature's types that letters stand on, wired by hand. */
public final class PeopleForMail {
  private final TestDatabase database;
  private final MovableClock clock;
  private final DataKeys dataKeys;
  private final People people;
  private final SecureRandom random;

  public PeopleForMail(TestDatabase database, MovableClock clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.dataKeys = new DataKeys(new TestServerKeys(), random);
    this.people = new People(database.jdbc(), dataKeys, random);
  }

  public People people() {
    return people;
  }

  public Rates rates() {
    return new Rates(database.jdbc(), dataKeys);
  }

  public Erasure erasure(List<Erasure.Consequence> consequences) {
    return new Erasure(
        people,
        new Passwords(database.jdbc(), PeopleFixture.argon2(1024, 1), "nobody's"),
        new SecondStep(database.jdbc(), people, random),
        new AcceptedMemberships(database.jdbc()),
        new KnownNetworks(database.jdbc(), dataKeys, PeopleFixture.SETTINGS),
        new LockOut(
            database.jdbc(), database.transactions(), dataKeys, PeopleFixture.SETTINGS.lockOut()),
        rates(),
        consequences,
        database.transactions(),
        clock);
  }
}
