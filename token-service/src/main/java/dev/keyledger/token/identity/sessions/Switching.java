package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.Proofs;
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
  private final SessionTable table;
  private final People people;
  private final SecondStep secondStep;
  private final Proofs proofs;
  private final ActiveOrganizations organizations;
  private final Challenges challenges;
  private final Sessions sessions;
  private final ReplicaFreshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  Switching(
      SessionTable table,
      People people,
      SecondStep secondStep,
      Proofs proofs,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.people = people;
    this.secondStep = secondStep;
    this.proofs = proofs;
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
    Person person = people.find(session.person()).orElseThrow(SessionRefusals::forbidden);
    Active active =
        SignIn.activeOf(organizations.choose(person, organization, dialect, origin.address()));
    boolean enrolled = secondStep.isEnrolled(person.id());
    if (session.secondStepAt() == null && active.asksForSecondStep(enrolled, dialect)) {
      if (!enrolled) {
        throw SessionRefusals.enrolmentRequired();
      }
      return new SignInAnswer.SecondStepDue(
          challenges.open(person.id(), active, session.id(), dialect, now()));
    }
    return change(session.id(), person, active, dialect, origin, session.secondStepAt(), null);
  }

  SignInAnswer afterSecondStep(
      Challenge challenge, String challengeText, Person person, RequestOrigin origin) {
    OrganizationId organization = Objects.requireNonNull(challenge.organization());
    Active active =
        SignIn.activeOf(
            organizations.choose(
                person, organization.value(), challenge.issuedBy(), origin.address()));
    SessionId switches = Objects.requireNonNull(challenge.switches());
    SignInAnswer answer =
        change(switches, person, active, challenge.issuedBy(), origin, now(), challengeText);
    proofs.forgive(person.id(), origin.address());
    return answer;
  }

  private SignInAnswer change(
      SessionId id,
      Person person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt,
      @Nullable String challenge) {
    Instant at = now();
    Changed changed =
        transactions.execute(status -> {
          if (challenge != null && !challenges.met(challenge)) {
            throw SessionRefusals.invalidChallenge();
          }
          Session session =
              table
                  .lock(id)
                  .filter(s -> s.isLive(at) && s.person().equals(person.id()))
                  .orElseThrow(SessionRefusals::invalidChallenge);
          StreamPosition ended =
              Objects.requireNonNull(sessions.end(session, Session.End.SWITCHED, at));
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
          return new Changed(sessions.open(beginning, at), ended);
        });
    return new SignInAnswer.Started(
        changed.opened().session().id(),
        sessions.accessToken(changed.opened().session(), active, at),
        changed.opened().refreshToken(),
        changed.opened().session().expiresAt(),
        false,
        changed.ended());
  }

  private record Changed(Sessions.Opened opened, StreamPosition ended) {}

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
