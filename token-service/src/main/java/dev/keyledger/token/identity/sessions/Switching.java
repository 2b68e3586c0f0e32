package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.enforcement.refresh.RefreshRule;
import dev.keyledger.token.identity.people.Factor;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.SecondStep;
import dev.keyledger.token.identity.sessions.Challenges.Challenge;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes another of a person's organisations active. It takes the refresh token, which is used up as
 * by a refresh: an access token alone is never worth more than itself. The running session ends
 * with its tokens and another begins, which is no way to sign in anew: by the time of the first
 * sign-in its own policy says how long it lives, and where that is fixed it is no longer than the
 * first would have. What ended stays dead by its id, for ever, and ends its successor when a token
 * of it is presented again.
 */
@Component
final class Switching {
  private final SessionFamilies families;
  private final RefreshRule rule;
  private final SecondStep secondStep;
  private final OwnSessions own;
  private final SessionTable table;
  private final RefreshTokenTable refreshTokens;
  private final ActiveOrganizations organizations;
  private final Challenges challenges;
  private final Sessions sessions;
  private final Proofs proofs;
  private final ReplicaFreshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  Switching(
      SessionFamilies families,
      RefreshRule rule,
      SecondStep secondStep,
      OwnSessions own,
      SessionTable table,
      RefreshTokenTable refreshTokens,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      Proofs proofs,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.families = families;
    this.rule = rule;
    this.secondStep = secondStep;
    this.own = own;
    this.table = table;
    this.refreshTokens = refreshTokens;
    this.organizations = organizations;
    this.challenges = challenges;
    this.sessions = sessions;
    this.proofs = proofs;
    this.freshness = freshness;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param organization id or slug
   * @param refreshToken the live one of that session
   * @param dialect in which it is asked, and the only one in which the refresh token that comes of
   *     it will work, whichever issued the session that it replaces
   * @throws ProblemException 401 {@code invalid_refresh_token}, {@code refresh_token_reused}; 403
   *     for an organisation that isn't theirs, whether it exists or not
   */
  SignInAnswer begin(
      Session session,
      String organization,
      String refreshToken,
      String dialect,
      RequestOrigin origin) {
    if (!freshness.isFresh()) {
      throw SessionRefusals.notFresh();
    }
    Step step =
        Objects.requireNonNull(
            transactions.execute(
                status -> presented(session, refreshToken, organization, dialect, origin)));
    return switch (step) {
      case Step.Opened opened -> sessions.answer(opened);
      case Step.Due due -> new SignInAnswer.SecondStepDue(due.challenge());
      case Step.Refused refused -> throw refused.because().get();
    };
  }

  private Step presented(
      Session caller,
      String refreshToken,
      String organization,
      String dialect,
      RequestOrigin origin) {
    SessionFamilies.Presented presented =
        families
            .hold(refreshToken)
            .filter(found -> found.itself().signIn().equals(caller.signIn()))
            .orElse(null);
    if (presented == null) {
      return refused(SessionRefusals.NOT_FOUND);
    }
    return switch (rule.standing(presented, now())) {
      case REUSED -> new Step.Refused(SessionRefusals::refreshTokenReused);
      case ENDED -> refused(SessionRefusals.REVOKED);
      case EXPIRED -> refused(SessionRefusals.EXPIRED);
      case LIVE -> {
        HeldPerson person = Objects.requireNonNull(presented.owner());
        // A live token of this sign-in is of its one session, and so is an access token that works.
        yield begin(person, own.enrolledStill(person, caller.id()), organization, dialect, origin);
      }
    };
  }

  private static Step refused(String reason) {
    return new Step.Refused(() -> SessionRefusals.invalidRefreshToken(reason));
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
    return change(session, person, active, dialect, origin, session.secondStepAt(), Set.of());
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
            .filter(s -> !s.hasEnded() && s.person().equals(person.id()))
            .filter(s -> at.isBefore(s.expiresAt()))
            .orElse(null);
    if (session == null) {
      return new Step.Refused(SessionRefusals::invalidChallenge);
    }
    challenges.met(challengeText);
    return change(
        session, person, chosen.active(), challenge.issuedBy(), origin, at, Set.of(Factor.CODE));
  }

  private Step change(
      Session session,
      HeldPerson person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt,
      Set<Factor> proven) {
    Instant at = now();
    var beginning =
        new Sessions.Beginning(person, active, dialect, origin, secondStepAt, false, session);
    if (Session.isOver(Sessions.endOfRefresh(beginning, at), at)) {
      return refused(SessionRefusals.EXPIRED);
    }
    refreshTokens.useOf(session.id(), at);
    StreamPosition ended =
        Objects.requireNonNull(sessions.endAlone(session, Session.End.SWITCHED, at));
    Proofs.Success success =
        proven.isEmpty()
            ? Proofs.Success.OF_NOTHING
            : proofs.succeed(person, origin.address(), proven);
    return new Step.Opened(sessions.open(beginning, at), active, at, ended, success);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
