package dev.keyledger.token.identity.people;

import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/** This feature wired by hand over a real database, with cheap hashes that are counted. */
final class PeopleFixture {
  static final String PASSWORD = "correct horse battery staple";

  static final PeopleSettings SETTINGS =
      new PeopleSettings(
          new PeopleSettings.Hashing(1024, 1, 1, 24),
          new PeopleSettings.LockOut(
              10,
              Duration.ofMinutes(1),
              Duration.ofHours(1),
              Duration.ofHours(24),
              Duration.ofHours(2)),
          new PeopleSettings.KnownNetworks(20, Duration.ofDays(90)),
          new PeopleSettings.Sessions(100, 200, 5_000),
          Duration.ofHours(72),
          50,
          Duration.ofMinutes(30),
          Duration.ofMinutes(5),
          5,
          Duration.ofMinutes(15),
          Duration.ofHours(12),
          Duration.ofSeconds(10));

  final TestDatabase database;
  final MovableClock clock = new MovableClock(Instant.parse("2026-05-28T14:43:58.000Z"));
  final TestServerKeys serverKeys = new TestServerKeys();
  final SecureRandom random = new SecureRandom();
  final CountingEncoder encoder = new CountingEncoder(argon2(1024, 1));
  final DataKeys dataKeys = new DataKeys(serverKeys, random);
  final People people;
  final Passwords passwords;
  final SecondStep secondStep;
  final LockOut lockOut;
  final Rates rates;
  final FairThreads hashing;
  final FairThreads strength;
  final KnownNetworks networks;
  final AtomicLong nanos;
  final RefusalTimes times;
  final Proofs proofs;
  final NewPasswords newPasswords;

  PeopleFixture() {
    this(TestDatabase.shared());
  }

  PeopleFixture(TestDatabase database) {
    this.database = database;
    people = new People(database.jdbc(), dataKeys, random);
    passwords = new Passwords(database.jdbc(), encoder, "nobody's");
    secondStep = new SecondStep(database.jdbc(), people, random);
    lockOut = new LockOut(database.jdbc(), database.transactions(), dataKeys, SETTINGS.lockOut());
    rates = new Rates(database.jdbc(), dataKeys);
    hashing = threads("hashing");
    strength = threads("strength");
    networks = new KnownNetworks(database.jdbc(), dataKeys, SETTINGS);
    nanos = new AtomicLong();
    times = new RefusalTimes(nanos::get, random);
    proofs = proofsOf(hashing);
    newPasswords =
        new NewPasswords(
            people,
            passwords,
            new PasswordRules(new PasswordStrength()),
            secondStep,
            strength,
            hashing);
  }

  static Argon2PasswordEncoder argon2(int memory, int iterations) {
    return new Argon2PasswordEncoder(16, 32, 1, memory, iterations);
  }

  static EmailAddress someEmail() {
    return EmailAddress.of("someone-" + UUID.randomUUID() + "@example.com");
  }

  static String someAddress() {
    var random = ThreadLocalRandom.current();
    return "10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  Person personWith(EmailAddress email, String password) {
    Instant at = clock.instant();
    return database
        .transactions()
        .execute(status -> {
          HeldPerson person = people.findOrCreate(email, at);
          passwords.store(person, passwords.hash(password), at);
          return person.person();
        });
  }

  /** As another replica has them: hashes are computed beside those of the first. */
  Proofs ofAnotherReplica() {
    return proofsOf(threads("another hashing"));
  }

  private static FairThreads threads(String name) {
    return new FairThreads(name, SETTINGS.hashing().threads(), SETTINGS.hashing().queue());
  }

  private Proofs proofsOf(FairThreads threads) {
    return new Proofs(
        people,
        passwords,
        secondStep,
        lockOut,
        networks,
        threads,
        times,
        database.transactions(),
        clock);
  }

  <T> T held(Person person, Function<HeldPerson, T> work) {
    return database
        .transactions()
        .execute(status -> work.apply(people.hold(person.id()).orElseThrow()));
  }

  /** As a sign-in from there ends that took these. */
  void signedIn(Person person, String address, Factor... proven) {
    proofs.forgive(held(person, held -> proofs.succeed(held, address, Set.of(proven))));
  }

  void enrol(Person person, String base32) {
    held(
        person,
        held -> {
          secondStep.set(held, base32, clock.instant());
          return held;
        });
  }

  void change(Person person, String password) {
    held(
        person,
        held -> {
          passwords.store(held, passwords.hash(password), clock.instant());
          return held;
        });
  }

  Erasure erasure(List<Erasure.Consequence> consequences) {
    return new Erasure(
        people,
        passwords,
        secondStep,
        new AcceptedMemberships(database.jdbc()),
        networks,
        lockOut,
        rates,
        consequences,
        database.transactions(),
        clock);
  }

  static final class CountingEncoder implements PasswordEncoder {
    final AtomicInteger matches = new AtomicInteger();
    final AtomicInteger encodes = new AtomicInteger();
    private volatile PasswordEncoder encoder;

    CountingEncoder(PasswordEncoder encoder) {
      this.encoder = encoder;
    }

    void become(PasswordEncoder other) {
      encoder = other;
    }

    @Override
    public String encode(CharSequence password) {
      encodes.incrementAndGet();
      return encoder.encode(password);
    }

    @Override
    public boolean matches(CharSequence password, String hash) {
      matches.incrementAndGet();
      return encoder.matches(password, hash);
    }

    @Override
    public boolean upgradeEncoding(String hash) {
      return encoder.upgradeEncoding(hash);
    }
  }
}
