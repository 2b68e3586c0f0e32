package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Forgets a person: their data key first, and with it what was sealed under it in any table, topic
 * or backup; then whatever they could sign in with. The ledger stays whole and names an id that is
 * no person's.
 */
@Component
public final class Erasure {
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
  private final List<Consequence> consequences;
  private final TransactionOperations transactions;
  private final Clock clock;

  Erasure(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      AcceptedMemberships memberships,
      KnownNetworks networks,
      List<Consequence> consequences,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.memberships = memberships;
    this.networks = networks;
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
          if (!people.forget(person, at)) {
            return Optional.<List<StreamPosition>>empty();
          }
          passwords.forget(person);
          secondStep.forget(person);
          memberships.forget(person);
          networks.forget(person);
          return Optional.of(
              consequences.stream()
                  .flatMap(consequence -> consequence.whenErased(person, at).stream())
                  .toList());
        }));
  }
}
