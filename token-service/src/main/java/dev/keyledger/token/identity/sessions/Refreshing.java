package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.refresh.RefreshRule;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Rotation of a session's refresh tokens, by the rule of {@link RefreshRule}. It goes for a race
 * too: nothing tells two tabs of a browser from a thief who is quick, so of concurrent refreshes
 * one wins and the next that is looked at ends what was won.
 */
@Component
final class Refreshing {
  private final SessionTable table;
  private final SessionFamilies families;
  private final SecondStep secondStep;
  private final ActiveOrganizations organizations;
  private final Sessions sessions;
  private final RefreshRule rule;
  private final ReplicaFreshness freshness;
  private final PeopleSettings.Sessions settings;
  private final TransactionOperations transactions;
  private final Clock clock;

  Refreshing(
      SessionTable table,
      SessionFamilies families,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Sessions sessions,
      RefreshRule rule,
      ReplicaFreshness freshness,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.families = families;
    this.secondStep = secondStep;
    this.organizations = organizations;
    this.sessions = sessions;
    this.rule = rule;
    this.freshness = freshness;
    this.settings = settings.sessions();
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
    Turn turn = transactions.execute(status -> turn(token, dialect, origin, at));
    return switch (turn) {
      case Turn.Refused refused -> throw refused.because().get();
      case Turn.Rotated rotated ->
          new SignInAnswer.Started(
              rotated.session().id(),
              sessions.accessToken(rotated.session(), rotated.active(), at, rotated.until()),
              rotated.token(),
              rotated.until(),
              rotated.session().enrolling(),
              null);
    };
  }

  private Turn turn(String token, String dialect, RequestOrigin origin, Instant at) {
    SessionFamilies.Presented presented = families.hold(token).orElse(null);
    if (presented == null
        || !presented.itself().issuedBy().equals(dialect)
        || !organizations.isServedByIssuer(presented.itself())) {
      return refused(SessionRefusals.NOT_FOUND);
    }
    return switch (rule.standing(presented, at)) {
      case REUSED -> new Turn.Refused(SessionRefusals::refreshTokenReused);
      case ENDED -> refused(SessionRefusals.REVOKED);
      case EXPIRED -> refused(SessionRefusals.EXPIRED);
      case LIVE -> live(presented, origin, at);
    };
  }

  private Turn live(SessionFamilies.Presented presented, RequestOrigin origin, Instant at) {
    Session session = presented.itself();
    Person person = Objects.requireNonNull(presented.owner()).person();
    return switch (organizations.again(session, person, origin.address())) {
      case Choice.NotOffered ended -> {
        sessions.end(session, Session.End.MEMBERSHIP_ENDED, at);
        yield refused(SessionRefusals.MEMBER_REMOVED);
      }
      case Choice.Suspended suspended -> new Turn.Refused(SessionRefusals::organizationSuspended);
      case Choice.AddressNotAllowed away -> new Turn.Refused(SessionRefusals::addressNotAllowed);
      case Choice.NotKnown notKnown -> new Turn.Refused(SessionRefusals::notFresh);
      case Choice.Chosen chosen -> rotate(presented, chosen.active(), at);
    };
  }

  private static Turn refused(String reason) {
    return new Turn.Refused(() -> SessionRefusals.invalidRefreshToken(reason));
  }

  private Turn rotate(SessionFamilies.Presented presented, Active active, Instant at) {
    Session session = presented.itself();
    // A policy that was tightened meanwhile counts for families that run already, and so does a
    // second step that was set up.
    SessionRules rules = active.rules();
    Instant byPolicy = rules.endOfRefresh(session.signedInAt(), presented.issuedAt());
    Instant until =
        switch (rules.refresh()) {
          case FIXED -> byPolicy.isBefore(session.expiresAt()) ? byPolicy : session.expiresAt();
          case RENEWED -> rules.endOfRefresh(session.signedInAt(), at);
        };
    if (!at.isBefore(byPolicy) || Session.isOver(until, at)) {
      return refused(SessionRefusals.EXPIRED);
    }
    if (skipsSecondStep(session, active)) {
      return new Turn.Refused(SessionRefusals::secondStepRequired);
    }
    if (table.hasUsed(session.id(), settings.refreshes())) {
      sessions.end(session, Session.End.TOO_MANY, at);
      return refused(SessionRefusals.REVOKED);
    }
    table.useRefreshTokenOf(session.id(), at);
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
