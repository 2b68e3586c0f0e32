package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.SecondStep;
import dev.keyledger.token.identity.sessions.Challenges.Challenge;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * From a password, and where policy asks for it a code, to a session. Whatever is wrong with the
 * first step is answered alike; only a person who has passed it learns of their organisations'
 * standing. That a dialect offers them none is the gateway's to tell or not, as the published
 * system does.
 */
@Component
final class SignIn {
  private final Proofs proofs;
  private final People people;
  private final SecondStep secondStep;
  private final ActiveOrganizations organizations;
  private final Challenges challenges;
  private final Sessions sessions;
  private final Switching switching;
  private final Outbox outbox;
  private final ReplicaFreshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  SignIn(
      Proofs proofs,
      People people,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Challenges challenges,
      Sessions sessions,
      Switching switching,
      Outbox outbox,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.proofs = proofs;
    this.people = people;
    this.secondStep = secondStep;
    this.organizations = organizations;
    this.challenges = challenges;
    this.sessions = sessions;
    this.switching = switching;
    this.outbox = outbox;
    this.freshness = freshness;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param organization id or slug; {@code null} for the one used last
   * @throws ProblemException 401 {@code invalid_credentials}, 403, 503
   */
  SignInAnswer begin(
      EmailAddress email,
      String password,
      @Nullable String organization,
      String dialect,
      RequestOrigin origin) {
    requireFresh();
    Person person =
        switch (proofs.password(email, password, origin.address())) {
          case Proofs.Outcome.Proven proven -> proven.person();
          case Proofs.Outcome.Refused refused ->
              throw refused(refused, SessionRefusals.INVALID_CREDENTIALS);
        };
    Choice choice = organizations.choose(person, organization, dialect, origin.address());
    if (choice instanceof Choice.NotOffered) {
      proofs.refuse(email, origin.address());
      throw refused(
          new Proofs.Outcome.Refused(person.id(), false), SessionRefusals.NO_ORGANIZATION);
    }
    Active active = activeOf(choice);
    boolean enrolled = secondStep.isEnrolled(person.id());
    if (!active.asksForSecondStep(enrolled, dialect)) {
      return start(person, active, dialect, origin, null, false, null);
    }
    if (enrolled) {
      return new SignInAnswer.SecondStepDue(
          challenges.open(person.id(), active, null, dialect, now()));
    }
    // Enrolling is nothing that a published system's clients know of.
    if (!dialect.equals(GatewayHeaders.CANONICAL)) {
      throw SessionRefusals.secondStepNotSetUp();
    }
    return start(person, active, dialect, origin, null, true, null);
  }

  /**
   * @throws ProblemException 401 {@code invalid_challenge}, {@code invalid_code}, 403, 503
   */
  SignInAnswer verify(String challengeText, String code, String dialect, RequestOrigin origin) {
    requireFresh();
    Challenge challenge =
        challenges
            .charge(challengeText, dialect, now())
            .orElseThrow(SessionRefusals::invalidChallenge);
    Person person = people.find(challenge.person()).orElseThrow(SessionRefusals::invalidChallenge);
    SecondStep.Taken taken = proofs.code(person.id(), code, origin.address());
    if (taken != SecondStep.Taken.ACCEPTED) {
      failed(Activity.Kind.SIGN_IN_FAILED, challenge.organization(), person.id(), taken);
      throw SessionRefusals.invalidCode();
    }
    if (challenge.switches() != null) {
      return switching.afterSecondStep(challenge, challengeText, person, origin);
    }
    OrganizationId organization = challenge.organization();
    Choice choice =
        organizations.choose(
            person, organization == null ? null : organization.value(), dialect, origin.address());
    if (choice instanceof Choice.NotOffered) {
      throw SessionRefusals.invalidChallenge();
    }
    return start(person, activeOf(choice), dialect, origin, now(), false, challengeText);
  }

  private SignInAnswer start(
      Person person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt,
      boolean enrolling,
      @Nullable String challenge) {
    Instant at = now();
    var beginning =
        new Sessions.Beginning(person, active, dialect, origin, secondStepAt, enrolling, at, null);
    Sessions.Opened opened =
        transactions.execute(status -> {
          if (challenge != null && !challenges.met(challenge)) {
            throw SessionRefusals.invalidChallenge();
          }
          Sessions.Opened session = sessions.open(beginning, at);
          sessions.record(Activity.Kind.SIGN_IN_SUCCEEDED, session.session(), null, at);
          return session;
        });
    proofs.forgive(person.id(), origin.address());
    return new SignInAnswer.Started(
        opened.session().id(),
        sessions.accessToken(opened.session(), active, at),
        opened.refreshToken(),
        opened.session().expiresAt(),
        enrolling,
        null);
  }

  private ProblemException refused(Proofs.Outcome.Refused refused, String reason) {
    Activity.Kind kind =
        refused.lockedOut() ? Activity.Kind.LOCKED_OUT : Activity.Kind.SIGN_IN_FAILED;
    Instant at = now();
    transactions.executeWithoutResult(status ->
        outbox.record(kind, null, refused.person(), null, SessionRefusals.INVALID_CREDENTIALS, at));
    return SessionRefusals.invalidCredentials(reason);
  }

  private void failed(
      Activity.Kind kind,
      @Nullable OrganizationId organization,
      PersonId person,
      SecondStep.Taken taken) {
    String code = taken == SecondStep.Taken.REPLAYED ? "replayed_code" : "invalid_code";
    Instant at = now();
    transactions.executeWithoutResult(
        status -> outbox.record(kind, organization, person, null, code, at));
  }

  /** For a person who has passed the first step. */
  static Active activeOf(Choice choice) {
    return switch (choice) {
      case Choice.Chosen chosen -> chosen.active();
      case Choice.NotOffered notOffered -> throw SessionRefusals.forbidden();
      case Choice.Suspended suspended -> throw SessionRefusals.organizationSuspended();
      case Choice.AddressNotAllowed elsewhere -> throw SessionRefusals.addressNotAllowed();
      case Choice.NotKnown notKnown -> throw SessionRefusals.notFresh();
    };
  }

  private void requireFresh() {
    if (!freshness.isFresh()) {
      throw SessionRefusals.notFresh();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
