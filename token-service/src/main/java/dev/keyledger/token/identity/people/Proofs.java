package dev.keyledger.token.identity.people;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.Network;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Whether a person is who they say, counted against guessing. An unknown person, a wrong password
 * and a lock-out take the same time and look the same from outside; the last costs no hash. A proof
 * is as old as the slow part of it: what it is good for is done by {@link #act}, which compares it
 * again.
 */
@Component
public final class Proofs {
  // A hash that is replaced while it is proven costs the request that replaces it a hash too.
  private static final int MOST_PROOFS = 3;

  private final People people;
  private final Passwords passwords;
  private final SecondStep secondStep;
  private final LockOut lockOut;
  private final KnownNetworks networks;
  private final FairThreads hashing;
  private final RefusalTimes times;
  private final TransactionOperations transactions;
  private final Clock clock;

  Proofs(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      LockOut lockOut,
      KnownNetworks networks,
      @Qualifier("hashing") FairThreads hashing,
      RefusalTimes times,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.lockOut = lockOut;
    this.networks = networks;
    this.hashing = hashing;
    this.times = times;
    this.transactions = transactions;
    this.clock = clock;
  }

  public sealed interface Outcome<T> {
    record Done<T>(T result) implements Outcome<T> {}

    /**
     * For the records alone; the caller learns none of it.
     *
     * @param person whose account it was, if there is one
     * @param verdict none that is right
     * @param time when the caller is told
     */
    record Refused<T>(@Nullable PersonId person, Verdict verdict, RefusalTime time)
        implements Outcome<T> {}
  }

  /** That a password was a person's, a while ago. */
  public static final class Proven {
    private final PersonId person;
    private final String hash;
    private final EmailAddress email;
    private final SecretText password;
    private final String address;
    private final RefusalTime refused;

    private Proven(
        PersonId person,
        String hash,
        EmailAddress email,
        SecretText password,
        String address,
        RefusalTime refused) {
      this.person = person;
      this.hash = hash;
      this.email = email;
      this.password = password;
      this.address = address;
      this.refused = refused;
    }

    public PersonId person() {
      return person;
    }

    @Override
    public String toString() {
      return "[password of " + person + "]";
    }
  }

  /**
   * What succeeds here has yet to be {@link #forgive forgiven}, once the whole sign-in is done.
   *
   * @throws ProblemException 503 {@code busy}
   */
  public Outcome<Proven> password(EmailAddress email, String password, String address) {
    long begun = times.now();
    PersonId person = people.find(email).map(Person::id).orElse(null);
    LockOut.Subject subject = subject(person, email, address, Factor.PASSWORD);
    if (lockOut.isLocked(subject, now())) {
      OptionalLong time = times.asLongAsAnother();
      if (time.isPresent()) {
        return new Outcome.Refused<>(
            person, Verdict.LOCKED, times.unhashed(begun, time.getAsLong()));
      }
    }
    return hashing.run(
        Network.of(address),
        () -> {
          Optional<String> hash = passwords.match(person, password);
          RefusalTime time = times.hashed(begun);
          // Judged behind the slow part: meanwhile others may have guessed wrong.
          Verdict verdict = lockOut.judge(subject, hash.isPresent(), now());
          if (verdict != Verdict.RIGHT) {
            return new Outcome.Refused<>(person, verdict, time);
          }
          PersonId owner = Objects.requireNonNull(person);
          String raised = passwords.raise(owner, hash.orElseThrow(), password);
          return new Outcome.Done<>(
              new Proven(owner, raised, email, new SecretText(password), address, time));
        });
  }

  /**
   * Does what a proven password is good for, in a transaction that holds the person and in which it
   * is their password still. Where its hash was replaced meanwhile, it is proven anew before.
   *
   * @throws ProblemException 503 {@code busy}; what the action throws, which undoes it
   */
  public <T> Outcome<T> act(Proven proven, Function<HeldPerson, T> action) {
    Proven newest = proven;
    for (int proofs = 1; ; proofs++) {
      Proven compared = newest;
      Optional<T> result = whileHeld(compared, action);
      if (result.isPresent()) {
        return new Outcome.Done<>(result.get());
      }
      if (proofs == MOST_PROOFS) {
        throw busy().toException();
      }
      switch (password(compared.email, compared.password.revealSecret(), compared.address)) {
        case Outcome.Refused<Proven> refused -> {
          return new Outcome.Refused<>(refused.person(), refused.verdict(), refused.time());
        }
        case Outcome.Done<Proven> again -> newest = again.result();
      }
    }
  }

  private <T> Optional<T> whileHeld(Proven proven, Function<HeldPerson, T> action) {
    return Objects.requireNonNull(
        transactions.execute(status ->
            people
                .hold(proven.person)
                .filter(held -> passwords.isStill(held, proven.hash))
                .map(action)));
  }

  /**
   * Takes a code of the second step; while locked none is looked at. Codes at once are looked at
   * one after another, since their person is held; whatever comes of it, the caller's transaction
   * has to commit, or a wrong one counts for nothing.
   */
  public Verdict code(HeldPerson person, String code, String address) {
    Instant at = now();
    Optional<EmailAddress> email = people.emailOf(person.id());
    if (email.isEmpty()) {
      return Verdict.WRONG;
    }
    LockOut.Subject subject = subject(person.id(), email.get(), address, Factor.CODE);
    if (lockOut.isLocked(subject, at)) {
      return Verdict.LOCKED;
    }
    Verdict taken = secondStep.take(person, code, at);
    return taken == Verdict.WRONG ? lockOut.count(subject, at) : taken;
  }

  /**
   * Another reason why a right password doesn't sign a person in: counted and told as a wrong one.
   */
  public Outcome.Refused<Proven> refuse(Proven proven) {
    Verdict verdict =
        lockOut.count(subject(proven.person, proven.email, proven.address, Factor.PASSWORD), now());
    return new Outcome.Refused<>(proven.person, verdict, proven.refused);
  }

  /** What a complete sign-in forgives. */
  public static final class Success {
    /** That nothing was proven. */
    public static final Success OF_NOTHING = new Success(List.of());

    private final List<LockOut.Subject> subjects;

    private Success(List<LockOut.Subject> subjects) {
      this.subjects = subjects;
    }
  }

  /**
   * In the transaction that completes the sign-in: from now on its network is known of the person,
   * for what was proven and for nothing else.
   *
   * @param proven what it took: failures of anything else stay counted
   * @return what is to be {@link #forgive forgiven} once it has committed
   */
  public Success succeed(HeldPerson person, String address, Set<Factor> proven) {
    Instant at = now();
    List<LockOut.Subject> subjects =
        people.emailOf(person.id()).stream()
            .flatMap(email ->
                proven.stream().map(factor -> subject(person.id(), email, address, factor)))
            .toList();
    proven.forEach(factor -> networks.remember(person, factor, address, at));
    return new Success(subjects);
  }

  /** Not in the sign-in's transaction, which holds what others wait for. */
  public void forgive(Success success) {
    Instant at = now();
    success.subjects.forEach(subject -> lockOut.forgive(subject, at));
  }

  /**
   * In the transaction that gives the person another password or second step: no network is known
   * for it but the one that it came from.
   */
  public void renewed(HeldPerson person, String address, Factor factor) {
    networks.forget(person, factor);
    networks.remember(person, factor, address, now());
  }

  /** In the transaction that takes the factor from the person: no network is known for it. */
  public void gone(HeldPerson person, Factor factor) {
    networks.forget(person, factor);
  }

  private LockOut.Subject subject(
      @Nullable PersonId person, EmailAddress email, String address, Factor factor) {
    return lockOut.subject(
        email, address, factor, networks.isKnown(person, factor, address, now()));
  }

  /** What is said to whom has had their share of what is slow. */
  public static Problem busy() {
    return Problem.of(503, "busy", "Too many sign-ins are waiting. Try again.")
        .withHeader("Retry-After", "1");
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
