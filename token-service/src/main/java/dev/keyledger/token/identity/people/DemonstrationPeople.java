package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** People of the demonstration data: made, or made anew, with what is given. */
@Component
@ConditionalOnBooleanProperty("keyledger.demonstration")
public final class DemonstrationPeople {
  /** None made them. */
  private static final String NO_ADDRESS = "";

  private final People people;
  private final NewPasswords passwords;
  private final SecondStep secondStep;
  private final TransactionOperations transactions;
  private final Clock clock;

  DemonstrationPeople(
      People people,
      NewPasswords passwords,
      SecondStep secondStep,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param totpSecret base32
   */
  public PersonId make(
      EmailAddress email, String password, @Nullable String totpSecret, boolean operator) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    PersonId person = transactions.execute(status -> people.findOrCreate(email, at)).id();
    NewPasswords.Hashed hashed = passwords.hash(person, "password", password, NO_ADDRESS);
    transactions.executeWithoutResult(status -> {
      HeldPerson held =
          people
              .hold(person)
              .orElseThrow(() -> new IllegalStateException("erased while they were made"));
      passwords.store(held, hashed, at);
      people.proveAddress(held, at);
      if (totpSecret != null) {
        secondStep.set(held, totpSecret, at);
      }
      if (operator) {
        people.makeOperator(held);
      }
    });
    return person;
  }
}
