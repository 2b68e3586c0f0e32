package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** What people change about how they prove themselves. */
@Component
final class Myself {
  private final People people;
  private final Proofs proofs;
  private final NewPasswords newPasswords;
  private final SecondStep secondStep;
  private final SessionTable table;
  private final Sessions sessions;
  private final Endings endings;
  private final TransactionOperations transactions;
  private final Clock clock;

  Myself(
      People people,
      Proofs proofs,
      NewPasswords newPasswords,
      SecondStep secondStep,
      SessionTable table,
      Sessions sessions,
      Endings endings,
      TransactionOperations transactions,
      Clock clock) {
    this.people = people;
    this.proofs = proofs;
    this.newPasswords = newPasswords;
    this.secondStep = secondStep;
    this.table = table;
    this.sessions = sessions;
    this.endings = endings;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Ends every other session of theirs: a session begun with the old password is out. */
  List<StreamPosition> changePassword(
      Session session, String current, String wanted, String address) {
    PersonId person = session.person();
    EmailAddress email = people.emailOf(person).orElseThrow(SessionRefusals::invalidCredentials);
    if (proofs.password(email, current, address) instanceof Proofs.Outcome.Refused refused) {
      Activity.Kind kind =
          refused.lockedOut() ? Activity.Kind.LOCKED_OUT : Activity.Kind.SIGN_IN_FAILED;
      Instant at = now();
      transactions.executeWithoutResult(
          status -> sessions.record(kind, session, "invalid_credentials", at));
      throw SessionRefusals.invalidCredentials();
    }
    NewPasswords.Hashed hashed = newPasswords.hash(person, "new_password", wanted);
    Instant at = now();
    return transactions.execute(status -> {
      newPasswords.store(person, hashed, at);
      return endings.endOthers(person, session.id(), Session.End.PASSWORD_CHANGED, at);
    });
  }

  /**
   * @param code of the second step in use, without which a stolen access token could replace it
   */
  SecondStep.Enrolment enrol(Session session, @Nullable String code, String address) {
    if (secondStep.isEnrolled(session.person())) {
      if (code == null) {
        throw Problem.of(
                409,
                "totp_already_enrolled",
                "A second step is enrolled. Send a code of it to replace it.")
            .toException();
      }
      if (proofs.code(session.person(), code, address) != SecondStep.Taken.ACCEPTED) {
        throw SessionRefusals.invalidCode();
      }
    }
    return secondStep.begin(session.person());
  }

  void confirm(Session session, String code) {
    Instant at = now();
    Boolean confirmed =
        transactions.execute(status -> {
          if (!secondStep.confirm(session.person(), code, at)) {
            return false;
          }
          table.secondStepTaken(session.id(), at);
          return true;
        });
    if (!Boolean.TRUE.equals(confirmed)) {
      throw Problem.of(422, "invalid_code", "The code is not the one of the secret begun with.")
          .with("field", "code")
          .toException();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
