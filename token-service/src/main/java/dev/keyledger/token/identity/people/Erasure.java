package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Forgets a person: their data key first, and with it what was sealed under it in any table, topic
 * or backup; then whatever they could sign in with. The ledger stays whole and names an id that is
 * no person's.
 */
@Component
public final class Erasure {
  private static final Logger log = LoggerFactory.getLogger(Erasure.class);

  /** What else has to go with a person, in the same transaction. */
  @FunctionalInterface
  public interface Consequence {
    /**
     * @return where something ended by it
     */
    List<StreamPosition> whenErased(PersonId person, Instant at);
  }

  private final People people;
  private final Passwords passwords;
  private final SecondStep secondStep;
  private final AcceptedMemberships memberships;
  private final KnownNetworks networks;
  private final LockOut lockOut;
  private final Rates rates;
  private final List<Consequence> consequences;
  private final TransactionOperations transactions;
  private final Clock clock;

  Erasure(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      AcceptedMemberships memberships,
      KnownNetworks networks,
      LockOut lockOut,
      Rates rates,
      List<Consequence> consequences,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.memberships = memberships;
    this.networks = networks;
    this.lockOut = lockOut;
    this.rates = rates;
    this.consequences = List.copyOf(consequences);
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @return false for the erased and the unknown
   */
  public boolean erase(PersonId person) {
    return forget(person).isPresent();
  }

  /**
   * @return where something ended by it; empty for the erased and the unknown
   */
  public Optional<List<StreamPosition>> forget(PersonId person) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return Objects.requireNonNull(
        transactions.execute(status -> {
          Optional<EmailAddress> email = emailOf(person);
          if (!people.forget(person, at)) {
            return Optional.<List<StreamPosition>>empty();
          }
          passwords.forget(person);
          secondStep.forget(person);
          memberships.forget(person);
          networks.forget(person);
          email.ifPresent(lockOut::forget);
          rates.forget(
              Stream.concat(email.stream().map(EmailAddress::value), Stream.of(person.value()))
                  .toList());
          return Optional.of(
              consequences.stream()
                  .flatMap(consequence -> consequence.whenErased(person, at).stream())
                  .toList());
        }));
  }

  // Before the key that it is sealed under is gone; nobody changes it meanwhile.
  private Optional<EmailAddress> emailOf(PersonId person) {
    Optional<HeldPerson> held = people.hold(person);
    try {
      return held.flatMap(one -> people.emailOf(one.id()));
    } catch (IllegalStateException e) {
      log.warn("{} can't be read any more; what their guesses were counted by goes by age", person);
      return Optional.empty();
    }
  }
}
