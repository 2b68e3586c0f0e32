package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Ends sessions with all their tokens. */
@Component
public final class Endings {
  private final SessionTable table;
  private final People people;
  private final Challenges challenges;
  private final Sessions sessions;
  private final TransactionOperations transactions;
  private final Clock clock;

  Endings(
      SessionTable table,
      People people,
      Challenges challenges,
      Sessions sessions,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.people = people;
    this.challenges = challenges;
    this.sessions = sessions;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @return where it ended, with what came of it by switching; empty when all of it had before
   */
  List<StreamPosition> end(PersonId owner, SessionId id, Session.End because) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return transactions.execute(status -> {
      HeldPerson person = people.hold(owner).orElseThrow(SessionRefusals::notFound);
      Session session =
          table
              .lock(id)
              .filter(s -> s.person().equals(person.id()))
              .orElseThrow(SessionRefusals::notFound);
      return sessions.end(session, because, at);
    });
  }

  /**
   * Used up or not, run out or not, a refresh token names its session.
   *
   * @return where it ended; empty when it is a session of a person whose sessions the caller may
   *     not end
   */
  Optional<List<StreamPosition>> endByRefreshToken(
      String refreshToken, Predicate<PersonId> mayEnd) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return transactions.execute(status -> {
      Session session = table.findByRefreshToken(OpaqueToken.hash(refreshToken)).orElse(null);
      if (session == null || people.hold(session.person()).isEmpty()) {
        return Optional.of(List.<StreamPosition>of());
      }
      return mayEnd.test(session.person())
          ? Optional.of(sessions.end(session, Session.End.SIGNED_OUT, at))
          : Optional.<List<StreamPosition>>empty();
    });
  }

  /**
   * All of a person's but one, and every sign-in that hasn't come to one yet, in the caller's
   * transaction, which holds the person.
   */
  List<StreamPosition> endOthers(
      PersonId person, @Nullable SessionId except, Session.End because, Instant at) {
    challenges.forget(person);
    var ended = new ArrayList<StreamPosition>();
    for (Session session : table.lockNotEndedOf(person)) {
      if (!session.id().equals(except)) {
        ended.add(Objects.requireNonNull(sessions.endAlone(session, because, at)));
      }
    }
    return List.copyOf(ended);
  }

  /** For a person who is being erased. */
  public List<StreamPosition> endAll(PersonId person, Instant at) {
    return endOthers(person, null, Session.End.ERASED, at);
  }
}
