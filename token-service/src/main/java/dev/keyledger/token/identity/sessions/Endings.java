package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.OpaqueToken;
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
  private final Challenges challenges;
  private final Sessions sessions;
  private final TransactionOperations transactions;
  private final Clock clock;

  Endings(
      SessionTable table,
      Challenges challenges,
      Sessions sessions,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.challenges = challenges;
    this.sessions = sessions;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @return where it ended; empty when it had before
   */
  List<StreamPosition> end(PersonId owner, SessionId id, Session.End because) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return transactions.execute(status -> {
      Session session =
          table
              .lock(id)
              .filter(s -> s.person().equals(owner))
              .orElseThrow(SessionRefusals::notFound);
      StreamPosition ended = session.isLive(at) ? sessions.end(session, because, at) : null;
      return ended == null ? List.<StreamPosition>of() : List.of(ended);
    });
  }

  /**
   * Used up or not, a refresh token names its session.
   *
   * @return where it ended; empty when it is a session of a person whose sessions the caller may
   *     not end
   */
  Optional<List<StreamPosition>> endByRefreshToken(
      String refreshToken, Predicate<PersonId> mayEnd) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return transactions.execute(status -> {
      Session session =
          table
              .sessionOfRefreshToken(OpaqueToken.hash(refreshToken))
              .flatMap(table::lock)
              .orElse(null);
      if (session == null || !session.isLive(at)) {
        return Optional.of(List.<StreamPosition>of());
      }
      if (!mayEnd.test(session.person())) {
        return Optional.<List<StreamPosition>>empty();
      }
      StreamPosition ended = sessions.end(session, Session.End.SIGNED_OUT, at);
      return Optional.of(ended == null ? List.<StreamPosition>of() : List.of(ended));
    });
  }

  /**
   * All of a person's but one, and every sign-in that hasn't come to one yet, in the caller's
   * transaction.
   */
  List<StreamPosition> endOthers(
      PersonId person, @Nullable SessionId except, Session.End because, Instant at) {
    challenges.forget(person);
    var ended = new ArrayList<StreamPosition>();
    for (Session session : table.lockLiveOf(person, at)) {
      if (!session.id().equals(except)) {
        ended.add(Objects.requireNonNull(sessions.end(session, because, at)));
      }
    }
    return List.copyOf(ended);
  }

  /** For a person who is being erased. */
  public List<StreamPosition> endAll(PersonId person, Instant at) {
    return endOthers(person, null, Session.End.ERASED, at);
  }
}
