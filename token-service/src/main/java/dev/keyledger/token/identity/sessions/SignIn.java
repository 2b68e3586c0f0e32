package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.Factor;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.Proofs.Outcome;
import dev.keyledger.token.identity.people.SecondStep;
import dev.keyledger.token.identity.people.Verdict;
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
 * From a password, and where policy asks for it a code, to a session. Whatever is wrong with the
 * first step is answered alike; only a person who has passed it learns of their organisations'
 * standing. That a dialect offers them none is the gateway's to tell or not, as the published
 * system does. Each step is decided and done in one transaction that holds the person.
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
  private final FailedProofs failures;
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
      FailedProofs failures,
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
    this.failures = failures;
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
    Proofs.Proven proven =
        switch (proofs.password(email, password, origin.address())) {
          case Outcome.Done<Proofs.Proven> done -> done.result();
          case Outcome.Refused<Proofs.Proven> refused -> throw refused(refused);
        };
    Outcome<Step> first =
        proofs.act(proven, person -> first(person, proven, organization, dialect, origin));
    return switch (first) {
      case Outcome.Done<Step> done -> answer(done.result());
      case Outcome.Refused<Step> refused -> throw refused(refused);
    };
  }

  private Step first(
      HeldPerson person,
      Proofs.Proven proven,
      @Nullable String organization,
      String dialect,
      RequestOrigin origin) {
    Choice choice = organizations.choose(person.person(), organization, dialect, origin.address());
    if (choice instanceof Choice.NotOffered) {
      return new Step.Refused(() -> notOffered(proven));
    }
    Active active = activeOf(choice);
    boolean enrolled = secondStep.isEnrolled(person.id());
    if (!active.asksForSecondStep(enrolled, dialect)) {
      return start(person, active, dialect, origin, null, false, Set.of(Factor.PASSWORD));
    }
    if (enrolled) {
      return new Step.Due(challenges.open(person, active, null, dialect, now()));
    }
    // Enrolling is nothing that a published system's clients know of.
    if (!dialect.equals(GatewayHeaders.CANONICAL)) {
      throw SessionRefusals.secondStepNotSetUp();
    }
    return start(person, active, dialect, origin, null, true, Set.of(Factor.PASSWORD));
  }

  /**
   * @throws ProblemException 401 {@code invalid_challenge}, {@code invalid_code}, 403, 503
   */
  SignInAnswer verify(String challengeText, String code, String dialect, RequestOrigin origin) {
    requireFresh();
    PersonId owner =
        challenges.personOf(challengeText).orElseThrow(SessionRefusals::invalidChallenge);
    Step second =
        Objects.requireNonNull(
            transactions.execute(status ->
                people
                    .hold(owner)
                    .map(person -> second(person, challengeText, code, dialect, origin))
                    .orElseGet(() -> new Step.Refused(SessionRefusals::invalidChallenge))));
    return answer(second);
  }

  // Whatever it comes to is committed, since a code was taken: hence refusals that are returned.
  private Step second(
      HeldPerson person, String challengeText, String code, String dialect, RequestOrigin origin) {
    Instant at = now();
    Challenge challenge = challenges.charge(challengeText, dialect, at).orElse(null);
    if (challenge == null) {
      return new Step.Refused(SessionRefusals::invalidChallenge);
    }
    Verdict verdict = proofs.code(person, code, origin.address());
    if (verdict != Verdict.RIGHT) {
      String why = FailedProofs.codeOf(verdict);
      if (challenge.organization() == null) {
        failures.tellOrganizationsOf(person.id(), verdict, why, at);
      } else {
        failures.tell(challenge.organization(), person.id(), null, verdict, why, at);
      }
      return new Step.Refused(SessionRefusals::invalidCode);
    }
    if (challenge.switches() != null) {
      return switching.afterSecondStep(person, challenge, challengeText, origin);
    }
    OrganizationId organization = challenge.organization();
    Choice choice =
        organizations.choose(
            person.person(),
            organization == null ? null : organization.value(),
            dialect,
            origin.address());
    if (choice instanceof Choice.Chosen chosen) {
      challenges.met(challengeText);
      // The challenge came of a right password.
      return start(
          person,
          chosen.active(),
          dialect,
          origin,
          at,
          false,
          Set.of(Factor.PASSWORD, Factor.CODE));
    }
    return choice instanceof Choice.NotOffered
        ? new Step.Refused(SessionRefusals::invalidChallenge)
        : refused(choice);
  }

  private Step start(
      HeldPerson person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt,
      boolean enrolling,
      Set<Factor> proven) {
    Instant at = now();
    var beginning =
        new Sessions.Beginning(person, active, dialect, origin, secondStepAt, enrolling, null);
    Sessions.Opened opened = sessions.open(beginning, at);
    sessions.record(Activity.Kind.SIGN_IN_SUCCEEDED, opened.session(), null, at);
    return new Step.Opened(
        opened, active, at, null, proofs.succeed(person, origin.address(), proven));
  }

  private SignInAnswer answer(Step step) {
    return switch (step) {
      case Step.Opened opened -> {
        proofs.forgive(opened.success());
        yield sessions.answer(opened);
      }
      case Step.Due due -> new SignInAnswer.SecondStepDue(due.challenge());
      case Step.Refused refused -> throw refused.because().get();
    };
  }

  private RuntimeException notOffered(Proofs.Proven proven) {
    return refused(
        proofs.refuse(proven), SessionRefusals.invalidCredentials(SessionRefusals.NO_ORGANIZATION));
  }

  private RuntimeException refused(Outcome.Refused<?> refused) {
    return refused(refused, SessionRefusals.invalidCredentials());
  }

  private RuntimeException refused(Outcome.Refused<?> refused, ProblemException because) {
    Instant at = now();
    transactions.executeWithoutResult(status ->
        failures.tellOrganizationsOf(
            refused.person(), refused.verdict(), SessionRefusals.INVALID_CREDENTIALS, at));
    return refused.time().told(because);
  }

  /** For a person who has passed the first step. */
  static Active activeOf(Choice choice) {
    if (choice instanceof Choice.Chosen chosen) {
      return chosen.active();
    }
    throw refusalOf(choice);
  }

  /** For a person who has passed the first step; what was counted on the way stays counted. */
  static Step refused(Choice choice) {
    return new Step.Refused(() -> refusalOf(choice));
  }

  private static ProblemException refusalOf(Choice choice) {
    return switch (choice) {
      case Choice.Chosen chosen -> throw new IllegalStateException("it was not refused");
      case Choice.NotOffered notOffered -> SessionRefusals.forbidden();
      case Choice.Suspended suspended -> SessionRefusals.organizationSuspended();
      case Choice.AddressNotAllowed elsewhere -> SessionRefusals.addressNotAllowed();
      case Choice.NotKnown notKnown -> SessionRefusals.notFresh();
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
