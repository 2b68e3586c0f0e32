package dev.keyledger.token.identity.mail;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts letters where the worker finds them, in the transaction of what they are about and sealed
 * under their person's data key: neither the address nor a token can be read in the database, and
 * nothing of it once the person is erased.
 */
@Component
public final class Mail {
  private final MailTable table;
  private final People people;
  private final MailSettings settings;
  private final MailWorker worker;

  Mail(MailTable table, People people, MailSettings settings, MailWorker worker) {
    this.table = table;
    this.people = people;
    this.settings = settings;
    this.worker = worker;
  }

  /** Whether letters go anywhere. Where they don't, putting one does nothing. */
  public boolean isSetUp() {
    return settings.transport() != MailSettings.Transport.NONE;
  }

  public MailSettings settings() {
    return settings;
  }

  /** In the transaction that holds the person; it goes after the commit. */
  public void put(HeldPerson person, Letter letter, Instant at) {
    if (!isSetUp()) {
      return;
    }
    MemberId member = letter.member();
    table.insert(
        person.id(),
        people.seal(person.id(), Sealed.of(letter)).ciphertext(),
        member,
        at,
        letter.uselessAt());
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            worker.wake();
          }
        });
  }

  /** What was put for a membership and hasn't gone yet goes no more. */
  public void takeBack(PersonId person, MemberId member) {
    table.delete(person, member);
  }

  /** A letter as JSON, for the one column that holds it. */
  record Sealed(
      Letter.Kind kind, String to, @Nullable String token, @Nullable String organization) {
    static String of(Letter letter) {
      SecretText token = letter.token();
      return EventCodec.mapper()
          .writeValueAsString(
              new Sealed(
                  letter.kind(),
                  letter.to().value(),
                  token == null ? null : token.revealSecret(),
                  letter.organization()));
    }

    static Letter open(String json, @Nullable MemberId member, Instant uselessAt) {
      Sealed sealed = EventCodec.mapper().readValue(json, Sealed.class);
      return new Letter(
          sealed.kind(),
          EmailAddress.stored(sealed.to()),
          sealed.token() == null ? null : new SecretText(sealed.token()),
          sealed.organization(),
          member,
          uselessAt);
    }

    @Override
    public String toString() {
      return "[letter: " + kind + "]";
    }
  }
}
