package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.refresh.RefreshAttempt;
import dev.keyledger.token.enforcement.refresh.RefreshClient;
import dev.keyledger.token.enforcement.refresh.RefreshRule;
import dev.keyledger.token.enforcement.refresh.SealedSuccessor;
import dev.keyledger.token.enforcement.refresh.Successor;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.SecondStep;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Rotation of a session's refresh tokens, by the rule of {@link RefreshRule}. It goes for a race
 * too: of concurrent refreshes one wins, and the next that is looked at gets the same pair, where
 * policy has it and it comes from the same client, or else ends what was won.
 */
@Component
final class Refreshing {
  private final SessionTable table;
  private final RefreshTokenTable refreshTokens;
  private final SessionFamilies families;
  private final SecondStep secondStep;
  private final ActiveOrganizations organizations;
  private final Sessions sessions;
  private final RefreshRule rule;
  private final ReplicaFreshness freshness;
  private final PeopleSettings.Sessions settings;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final DatabaseClock databaseClock;
  private final SecureRandom random;

  Refreshing(
      SessionTable table,
      RefreshTokenTable refreshTokens,
      SessionFamilies families,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Sessions sessions,
      RefreshRule rule,
      ReplicaFreshness freshness,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock,
      DatabaseClock databaseClock,
      SecureRandom random) {
    this.table = table;
    this.refreshTokens = refreshTokens;
    this.families = families;
    this.secondStep = secondStep;
    this.organizations = organizations;
    this.sessions = sessions;
    this.rule = rule;
    this.freshness = freshness;
    this.settings = settings.sessions();
    this.transactions = transactions;
    this.clock = clock;
    this.databaseClock = databaseClock;
    this.random = random;
  }

  /** What came of it; a refusal is thrown after the commit, so that what it ended has ended. */
  private sealed interface Turn {
    record Rotated(Session session, Successor pair) implements Turn {}

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
    var attempt =
        new RefreshAttempt(
            token,
            RefreshClient.of(origin.address(), origin.userAgent(), null, List.of()),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            databaseClock.now());
    Turn turn = transactions.execute(status -> turn(attempt, dialect, origin));
    return switch (turn) {
      case Turn.Refused refused -> throw refused.because().get();
      case Turn.Rotated rotated ->
          new SignInAnswer.Started(
              rotated.session().id(),
              rotated.pair().access(),
              rotated.pair().refresh(),
              rotated.pair().until(),
              rotated.session().enrolling(),
              null);
    };
  }

  private Turn turn(RefreshAttempt attempt, String dialect, RequestOrigin origin) {
    SessionFamilies.Presented presented = families.hold(attempt.token()).orElse(null);
    if (presented == null
        || !presented.itself().issuedBy().equals(dialect)
        || !organizations.isServedByIssuer(presented.itself())) {
      return refused(SessionRefusals.NOT_FOUND);
    }
    RefreshRule.Kept kept = rule.kept(presented, attempt).orElse(null);
    Turn again = kept == null ? null : again(presented, kept, origin);
    return again == null ? turn(presented, attempt, origin) : again;
  }

  private Turn turn(
      SessionFamilies.Presented presented, RefreshAttempt attempt, RequestOrigin origin) {
    return switch (rule.standing(presented, attempt.at())) {
      case REUSED -> new Turn.Refused(SessionRefusals::refreshTokenReused);
      case ENDED -> refused(SessionRefusals.REVOKED);
      case EXPIRED -> refused(SessionRefusals.EXPIRED);
      case LIVE -> live(presented, attempt, origin);
    };
  }

  /**
   * The same pair again, where this is a retry by the policy of now. What forbids the session to go
   * on forbids it here.
   *
   * @return {@code null} where it is none
   */
  private @Nullable Turn again(
      SessionFamilies.Presented presented, RefreshRule.Kept kept, RequestOrigin origin) {
    Session session = presented.itself();
    Person person = Objects.requireNonNull(presented.owner()).person();
    return switch (organizations.again(session, person, origin.address())) {
      case Choice.NotKnown notKnown -> new Turn.Refused(SessionRefusals::notFresh);
      case Choice.NotOffered ended -> null;
      case Choice.Suspended suspended -> null;
      case Choice.AddressNotAllowed away -> null;
      case Choice.Chosen chosen -> {
        Active active = chosen.active();
        if (!kept.isRetry(active.rules().refreshReuseInterval())) {
          yield null;
        }
        yield skipsSecondStep(session, active)
            ? new Turn.Refused(SessionRefusals::secondStepRequired)
            : new Turn.Rotated(session, kept.again());
      }
    };
  }

  private Turn live(
      SessionFamilies.Presented presented, RefreshAttempt attempt, RequestOrigin origin) {
    Session session = presented.itself();
    Person person = Objects.requireNonNull(presented.owner()).person();
    return switch (organizations.again(session, person, origin.address())) {
      case Choice.NotOffered ended -> {
        sessions.end(session, Session.End.MEMBERSHIP_ENDED, attempt.at());
        yield refused(SessionRefusals.MEMBER_REMOVED);
      }
      case Choice.Suspended suspended -> new Turn.Refused(SessionRefusals::organizationSuspended);
      case Choice.AddressNotAllowed away -> new Turn.Refused(SessionRefusals::addressNotAllowed);
      case Choice.NotKnown notKnown -> new Turn.Refused(SessionRefusals::notFresh);
      case Choice.Chosen chosen -> rotate(presented, chosen.active(), attempt);
    };
  }

  private static Turn refused(String reason) {
    return new Turn.Refused(() -> SessionRefusals.invalidRefreshToken(reason));
  }

  private Turn rotate(SessionFamilies.Presented presented, Active active, RefreshAttempt attempt) {
    Session session = presented.itself();
    Instant at = attempt.at();
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
    if (refreshTokens.hasUsed(session.id(), settings.refreshes())) {
      sessions.end(session, Session.End.TOO_MANY, at);
      return refused(SessionRefusals.REVOKED);
    }
    refreshTokens.useOf(session.id(), at);
    table.used(session.id(), at, until);
    var pair =
        new Successor(
            sessions.accessToken(session, active, at, until),
            sessions.newRefreshToken(session.id(), at, until),
            until,
            Set.of());
    if (rules.refreshReuseInterval() != null) {
      refreshTokens.keep(
          OpaqueToken.hash(attempt.token()), SealedSuccessor.of(pair, attempt, random));
    }
    return new Turn.Rotated(session, pair);
  }

  private boolean skipsSecondStep(Session session, Active active) {
    return session.secondStepAt() == null
        && !session.enrolling()
        && active.asksForSecondStep(secondStep.isEnrolled(session.person()), session.issuedBy());
  }
}
