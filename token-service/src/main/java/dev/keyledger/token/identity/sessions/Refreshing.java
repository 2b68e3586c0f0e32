package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.Freshness;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Rotation (RFC 9700, section 4.14.2): a refresh token works once, and one that comes back dead
 * ends its family, since either its holder or a thief has already used it. That goes for a race
 * too: nothing tells two tabs of a browser from a thief who is quick, so of concurrent refreshes
 * one wins and the next that is looked at ends what was won.
 */
final class Refreshing {
  private final SessionTable table;
  private final People people;
  private final SecondStep secondStep;
  private final ActiveOrganizations organizations;
  private final Sessions sessions;
  private final Freshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  Refreshing(
      SessionTable table,
      People people,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Sessions sessions,
      Freshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.people = people;
    this.secondStep = secondStep;
    this.organizations = organizations;
    this.sessions = sessions;
    this.freshness = freshness;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** What came of it; a refusal is thrown after the commit, so that what it ended has ended. */
  private sealed interface Turn {
    record Rotated(Session session, Active active, SecretText token, Instant until)
        implements Turn {}

    record Refused(Supplier<ProblemException> because) implements Turn {}
  }

  /**
   * @throws ProblemException 401 {@code invalid_refresh_token}, {@code refresh_token_reused}; 403;
   *     503
   */
  SignInAnswer.Started refresh(String token, String dialect, RequestOrigin origin) {
    if (!freshness.isFresh()) {
      throw SessionRefusals.notFresh();
    }
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    byte[] hash = OpaqueToken.hash(token);
    Turn turn = transactions.execute(status -> turn(hash, dialect, origin, at));
    return switch (turn) {
      case Turn.Refused refused -> throw refused.because().get();
      case Turn.Rotated rotated ->
          new SignInAnswer.Started(
              rotated.session().id(),
              sessions.accessToken(rotated.session(), rotated.active(), at),
              rotated.token(),
              rotated.until(),
              rotated.session().enrolling(),
              null);
    };
  }

  private Turn turn(byte[] hash, String dialect, RequestOrigin origin, Instant at) {
    SessionId id = table.sessionOfRefreshToken(hash).orElse(null);
    // Whoever holds the session's row decides; the others look again after it.
    Session session = id == null ? null : table.lock(id).orElse(null);
    if (session == null
        || !session.issuedBy().equals(dialect)
        || !organizations.isServedByIssuer(session)) {
      return refused(SessionRefusals.NOT_FOUND);
    }
    if (table.isUsed(hash)) {
      return reused(session, at);
    }
    Person person = people.find(session.person()).orElse(null);
    if (person == null || session.endedAt() != null) {
      return refused(SessionRefusals.REVOKED);
    }
    if (!session.isLive(at)) {
      return refused(SessionRefusals.EXPIRED);
    }
    return switch (organizations.again(session, person, origin.address())) {
      case Choice.NotOffered ended -> {
        sessions.end(session, Session.End.MEMBERSHIP_ENDED, at);
        yield refused(SessionRefusals.MEMBER_REMOVED);
      }
      case Choice.Suspended suspended -> new Turn.Refused(SessionRefusals::organizationSuspended);
      case Choice.AddressNotAllowed away -> new Turn.Refused(SessionRefusals::addressNotAllowed);
      case Choice.NotKnown notKnown -> new Turn.Refused(SessionRefusals::notFresh);
      case Choice.Chosen chosen -> rotate(session, chosen.active(), hash, at);
    };
  }

  private static Turn refused(String reason) {
    return new Turn.Refused(() -> SessionRefusals.invalidRefreshToken(reason));
  }

  private Turn reused(Session session, Instant at) {
    if (sessions.end(session, Session.End.REFRESH_REUSED, at) != null) {
      sessions.record(Activity.Kind.REFRESH_REUSED, session, "refresh_token_reused", at);
    }
    return new Turn.Refused(SessionRefusals::refreshTokenReused);
  }

  private Turn rotate(Session session, Active active, byte[] hash, Instant at) {
    // A policy that was tightened meanwhile counts for families that run already, and so does a
    // second step that was set up.
    SessionRules rules = active.rules();
    Instant byPolicy = rules.endOfRefresh(session.signedInAt(), table.issuedAt(hash));
    if (!at.isBefore(byPolicy)) {
      return refused(SessionRefusals.EXPIRED);
    }
    if (skipsSecondStep(session, active)) {
      return new Turn.Refused(SessionRefusals::secondStepRequired);
    }
    if (!table.useRefreshToken(hash, at)) {
      throw new IllegalStateException("a refresh token was used under the lock of its session");
    }
    Instant until =
        switch (rules.refresh()) {
          case FIXED -> byPolicy.isBefore(session.expiresAt()) ? byPolicy : session.expiresAt();
          case RENEWED -> rules.endOfRefresh(session.signedInAt(), at);
        };
    table.used(session.id(), at, until);
    return new Turn.Rotated(
        session, active, sessions.newRefreshToken(session.id(), at, until), until);
  }

  private boolean skipsSecondStep(Session session, Active active) {
    return session.secondStepAt() == null
        && !session.enrolling()
        && active.asksForSecondStep(secondStep.isEnrolled(session.person()), session.issuedBy());
  }
}
