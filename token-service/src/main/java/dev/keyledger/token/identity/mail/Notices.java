package dev.keyledger.token.identity.mail;

import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Tells people what was changed about how they prove themselves. */
@Component
public final class Notices {
  /** A mail server may be away for long, and it should be known still. */
  private static final Duration WORTH_TELLING = Duration.ofDays(7);

  private final Mail mail;
  private final People people;

  Notices(Mail mail, People people) {
    this.mail = mail;
    this.people = people;
  }

  /**
   * To the address that the person has in this transaction; nothing where it isn't proven, since it
   * may be somebody else's.
   */
  public void tell(HeldPerson person, Letter.Kind kind, Instant at) {
    if (!mail.isSetUp() || !people.find(person.id()).orElseThrow().addressProven()) {
      return;
    }
    people
        .emailOf(person.id())
        .ifPresent(
            email -> mail.put(person, Letter.notice(kind, email, at.plus(WORTH_TELLING)), at));
  }
}
