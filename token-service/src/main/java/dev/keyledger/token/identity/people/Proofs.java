package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.identity.people.SecondStep.Taken;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Whether a person is who they say, counted against guessing. An unknown person, a wrong password
 * and a lock-out cost the same work and look the same from outside.
 */
@Component
public final class Proofs {
  private final People people;
  private final Passwords passwords;
  private final SecondStep secondStep;
  private final LockOut lockOut;
  private final HashingPool hashing;
  private final Clock clock;

  Proofs(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      LockOut lockOut,
      HashingPool hashing,
      Clock clock) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.lockOut = lockOut;
    this.hashing = hashing;
    this.clock = clock;
  }

  public sealed interface Outcome {
    record Proven(Person person) implements Outcome {}

    /**
     * For the records alone; the caller learns none of it.
     *
     * @param person whose account it was, if there is one
     */
    record Refused(@Nullable PersonId person, boolean lockedOut) implements Outcome {}
  }

  /**
   * What succeeds here has yet to be {@link #forgive forgiven}, once the whole sign-in is done.
   *
   * @throws ProblemException 503 {@code busy}
   */
  public Outcome password(EmailAddress email, String password, String address) {
    // On the pool's thread from beginning to end: guesses at once can't slip past the count.
    return hashing.run(() -> {
      Instant at = now();
      LockOut.Subject subject = lockOut.subject(email, address);
      Optional<Person> person = people.find(email);
      boolean locked = lockOut.isLocked(subject, at);
      boolean matches = passwords.matches(person.map(Person::id).orElse(null), password, at);
      if (matches && !locked) {
        return new Outcome.Proven(person.orElseThrow());
      }
      boolean lockedNow = lockOut.count(subject, at);
      return new Outcome.Refused(person.map(Person::id).orElse(null), locked || lockedNow);
    });
  }

  /** Takes a code of the second step; while locked even the right one is wrong. */
  public Taken code(PersonId person, String code, String address) {
    Instant at = now();
    Optional<EmailAddress> email = people.emailOf(person);
    if (email.isEmpty()) {
      return Taken.WRONG;
    }
    LockOut.Subject subject = lockOut.subject(email.get(), address);
    if (lockOut.isLocked(subject, at)) {
      return Taken.WRONG;
    }
    Taken taken = secondStep.take(person, code, at);
    if (taken == Taken.WRONG) {
      lockOut.count(subject, at);
    }
    return taken;
  }

  /** Another reason why what was presented doesn't sign a person in. */
  public void refuse(EmailAddress email, String address) {
    lockOut.count(lockOut.subject(email, address), now());
  }

  /** The sign-in is complete. */
  public void forgive(PersonId person, String address) {
    people
        .emailOf(person)
        .ifPresent(email -> lockOut.forgive(lockOut.subject(email, address), now()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
