package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.SecondStep;
import dev.keyledger.token.identity.sessions.Challenges.Challenge;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes another of a person's organisations active. The running session ends with its tokens and
 * another begins, which is no way to sign in anew: by the time of the first sign-in its own policy
 * says how long it lives, and where that is fixed it is no longer than the first would have. What
 * ended stays dead by its id, for ever.
 */
@Component
final class Switching {
  private final People people;
  private final SecondStep secondStep;
  private final OwnSessions own;
  private final SessionTable table;
  private final ActiveOrganizations organizations;
  private final Challenges challenges;
  private final Sessions sessions;
  private final ReplicaFreshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  Switching(
      People people,
      SecondStep secondStep,
      OwnSessions own,
      SessionTable table,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.secondStep = secondStep;
    this.own = own;
    this.table = table;
    this.organizations = organizations;
    this.challenges = challenges;
    this.sessions = sessions;
    this.freshness = freshness;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param organization id or slug
   * @param dialect in which it is asked, and the only one in which the refresh token that comes of
   *     it will work, whichever issued the session that it replaces
   * @throws ProblemException 403 for an organisation that isn't theirs, whether it exists or not
   */
  SignInAnswer begin(Session session, String organization, String dialect, RequestOrigin origin) {
    if (!freshness.isFresh()) {
      throw SessionRefusals.notFresh();
    }
    Step step =
        Objects.requireNonNull(
            transactions.execute(status -> {
              HeldPerson person =
                  people.hold(session.person()).orElseThrow(SessionRefusals::forbidden);
              return begin(
                  person, own.enrolledStill(person, session.id()), organization, dialect, origin);
            }));
    return switch (step) {
      case Step.Opened opened -> sessions.answer(opened);
      case Step.Due due -> new SignInAnswer.SecondStepDue(due.challenge());
      case Step.Refused refused -> throw refused.because().get();
    };
  }

  private Step begin(
      HeldPerson person,
      Session session,
      String organization,
      String dialect,
      RequestOrigin origin) {
    Active active =
        SignIn.activeOf(
            organizations.choose(person.person(), organization, dialect, origin.address()));
    boolean enrolled = secondStep.isEnrolled(person.id());
    if (session.secondStepAt() == null && active.asksForSecondStep(enrolled, dialect)) {
      if (!enrolled) {
        throw SessionRefusals.enrolmentRequired();
      }
      return new Step.Due(challenges.open(person, active, session.id(), dialect, now()));
    }
    return change(session, person, active, dialect, origin, session.secondStepAt());
  }

  /** In the transaction that took the code. */
  Step afterSecondStep(
      HeldPerson person, Challenge challenge, String challengeText, RequestOrigin origin) {
    OrganizationId organization = Objects.requireNonNull(challenge.organization());
    Choice choice =
        organizations.choose(
            person.person(), organization.value(), challenge.issuedBy(), origin.address());
    if (!(choice instanceof Choice.Chosen chosen)) {
      return SignIn.refused(choice);
    }
    Instant at = now();
    Session session =
        table
            .lock(Objects.requireNonNull(challenge.switches()))
            .filter(s -> s.isLive(at) && s.person().equals(person.id()))
            .orElse(null);
    if (session == null) {
      return new Step.Refused(SessionRefusals::invalidChallenge);
    }
    challenges.met(challengeText);
    return change(session, person, chosen.active(), challenge.issuedBy(), origin, at);
  }

  private Step change(
      Session session,
      HeldPerson person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt) {
    Instant at = now();
    StreamPosition ended = Objects.requireNonNull(sessions.end(session, Session.End.SWITCHED, at));
    var beginning =
        new Sessions.Beginning(
            person,
            active,
            dialect,
            origin,
            secondStepAt,
            false,
            session.signedInAt(),
            session.expiresAt());
    return new Step.Opened(sessions.open(beginning, at), active, at, ended);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
