package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.mail.Letter;
import dev.keyledger.token.identity.mail.Notices;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.Factor;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.Proofs.Outcome;
import dev.keyledger.token.identity.people.SecondStep;
import dev.keyledger.token.identity.people.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What people change about how they prove themselves. Each change is made while its person is held,
 * by a session that is still theirs.
 */
@Component
final class Myself {
  private final People people;
  private final Proofs proofs;
  private final NewPasswords newPasswords;
  private final SecondStep secondStep;
  private final OwnSessions own;
  private final SessionTable table;
  private final Sessions sessions;
  private final FailedProofs failures;
  private final Endings endings;
  private final Notices notices;
  private final TransactionOperations transactions;
  private final Clock clock;

  Myself(
      People people,
      Proofs proofs,
      NewPasswords newPasswords,
      SecondStep secondStep,
      OwnSessions own,
      SessionTable table,
      Sessions sessions,
      FailedProofs failures,
      Endings endings,
      Notices notices,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.proofs = proofs;
    this.newPasswords = newPasswords;
    this.secondStep = secondStep;
    this.own = own;
    this.table = table;
    this.sessions = sessions;
    this.failures = failures;
    this.endings = endings;
    this.notices = notices;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Ends every other session of theirs: a session begun with the old password is out. */
  List<StreamPosition> changePassword(
      Session session, String current, String wanted, String address) {
    PersonId person = session.person();
    Proofs.Proven proven = prove(session, current, address);
    NewPasswords.Hashed hashed = newPasswords.hash(person, "new_password", wanted, address);
    Outcome<List<StreamPosition>> changed =
        proofs.act(
            proven,
            held -> {
              own.wholeStill(held, session.id());
              Instant at = now();
              newPasswords.store(held, hashed, at);
              proofs.renewed(held, address, Factor.PASSWORD);
              sessions.record(Activity.Kind.PASSWORD_CHANGED, session, null, at);
              notices.tell(held, Letter.Kind.PASSWORD_CHANGED, at);
              return endings.endOthers(person, session.id(), Session.End.PASSWORD_CHANGED, at);
            });
    return done(session, changed);
  }

  private Proofs.Proven prove(Session session, String password, String address) {
    EmailAddress email =
        people.emailOf(session.person()).orElseThrow(SessionRefusals::invalidCredentials);
    return done(session, proofs.password(email, password, address));
  }

  private <T> T done(Session session, Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T> done -> done.result();
      case Outcome.Refused<T> refused -> throw refused(session, refused);
    };
  }

  private RuntimeException refused(Session session, Outcome.Refused<?> refused) {
    transactions.executeWithoutResult(
        status -> tell(session, refused.verdict(), SessionRefusals.INVALID_CREDENTIALS));
    return refused.time().told(SessionRefusals.invalidCredentials());
  }

  private void tell(Session session, Verdict verdict, String code) {
    failures.tell(session.organization(), session.person(), session.id(), verdict, code, now());
  }

  /**
   * @param password which has to be proven again: a stolen access token must not be enough to lock
   *     its person out
   * @param code of the second step in use, where there is one
   */
  SecondStep.Enrolment enrol(
      Session session, String password, @Nullable String code, String address) {
    Proofs.Proven proven = prove(session, password, address);
    // A code that isn't taken has to be counted, so what came of it is told after the commit.
    Outcome<Optional<SecondStep.Enrolment>> begun =
        proofs.act(
            proven,
            person -> {
              own.forSecondStepStill(person, session.id());
              if (secondStep.isEnrolled(person.id())) {
                if (code == null) {
                  throw alreadyEnrolled();
                }
                Verdict verdict = proofs.code(person, code, address);
                if (verdict != Verdict.RIGHT) {
                  tell(session, verdict, FailedProofs.codeOf(verdict));
                  return Optional.<SecondStep.Enrolment>empty();
                }
              }
              return Optional.of(secondStep.begin(person));
            });
    return done(session, begun).orElseThrow(SessionRefusals::invalidCode);
  }

  private static ProblemException alreadyEnrolled() {
    return Problem.of(
            409,
            "totp_already_enrolled",
            "A second step is enrolled. Send a code of it to replace it.")
        .toException();
  }

  void confirm(Session session, String code, String address) {
    Instant at = now();
    Boolean confirmed =
        transactions.execute(status -> {
          HeldPerson person = hold(session);
          own.forSecondStepStill(person, session.id());
          if (!secondStep.confirm(person, code, at)) {
            return false;
          }
          proofs.renewed(person, address, Factor.CODE);
          table.secondStepTaken(session.id(), at);
          sessions.record(Activity.Kind.SECOND_STEP_SET, session, null, at);
          notices.tell(person, Letter.Kind.SECOND_STEP_SET, at);
          return true;
        });
    if (!Boolean.TRUE.equals(confirmed)) {
      throw Problem.of(422, "invalid_code", "The code is not the one of the secret begun with.")
          .with("field", "code")
          .toException();
    }
  }

  <T> T byPassword(
      Session session, String password, String address, Function<HeldPerson, T> action) {
    return done(
        session,
        proofs.act(
            prove(session, password, address),
            held -> {
              own.wholeStill(held, session.id());
              return action.apply(held);
            }));
  }

  <T> T held(Session session, Function<HeldPerson, T> action) {
    return Objects.requireNonNull(
        transactions.execute(status -> {
          HeldPerson person = hold(session);
          own.wholeStill(person, session.id());
          return action.apply(person);
        }));
  }

  private HeldPerson hold(Session session) {
    return people.hold(session.person()).orElseThrow(SessionRefusals::sessionEnded);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
