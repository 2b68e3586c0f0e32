package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.Network;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Checks and hashes a password that a person chose, then stores it in the transaction that holds
 * them.
 */
@Component
public final class NewPasswords {
  private final People people;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final SecondStep secondStep;
  private final FairThreads strength;
  private final FairThreads hashing;

  NewPasswords(
      People people,
      Passwords passwords,
      PasswordRules rules,
      SecondStep secondStep,
      @Qualifier("strength") FairThreads strength,
      @Qualifier("hashing") FairThreads hashing) {
    this.people = people;
    this.passwords = passwords;
    this.rules = rules;
    this.secondStep = secondStep;
    this.strength = strength;
    this.hashing = hashing;
  }

  /** A hash that may be stored; computing it took the slow part, outside any transaction. */
  public static final class Hashed {
    private final String hash;

    private Hashed(String hash) {
      this.hash = hash;
    }

    @Override
    public String toString() {
      return "[password hash]";
    }
  }

  public boolean hasPassword(PersonId person) {
    return passwords.hasOne(person);
  }

  /**
   * @param field of the request's body, for a refusal
   * @param address of whoever asks for it
   * @throws ProblemException 422 for a password that isn't good enough, 503 {@code busy}
   */
  public Hashed hash(PersonId person, String field, String password, String address) {
    EmailAddress email =
        people
            .emailOf(person)
            .orElseThrow(() -> new IllegalStateException("an erased person chooses no password"));
    boolean second = secondStep.isEnrolled(person);
    rules.checkForm(field, password, email, second);
    Network network = Network.of(address);
    strength.run(network, () -> rules.checkStrength(field, password, email, second));
    return hashing.run(network, () -> new Hashed(passwords.hash(password)));
  }

  public void store(HeldPerson person, Hashed hashed, Instant at) {
    passwords.store(person, hashed.hash, at);
  }

  /**
   * @return false when the person has one already
   */
  public boolean storeFirst(HeldPerson person, Hashed hashed, Instant at) {
    return passwords.storeFirst(person, hashed.hash, at);
  }
}
