package dev.keyledger.token.identity.mail;

import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Rates;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells people what was changed about how they prove themselves. */
@Component
public final class Notices {
  /** Asked for more often than that, it is because an answer was lost. */
  private static final Duration ASKED_AGAIN = Duration.ofMinutes(30);

  /** A mail server may be away for long, and it should be known still. */
  private static final Duration WORTH_TELLING = Duration.ofDays(7);

  private final Mail mail;
  private final People people;
  private final Rates rates;

  Notices(Mail mail, People people, Rates rates) {
    this.mail = mail;
    this.people = people;
    this.rates = rates;
  }

  /**
   * To the address that the person has in this transaction; nothing where it isn't proven, since it
   * may be somebody else's.
   */
  public void tell(HeldPerson person, Letter.Kind kind, Instant at) {
    provenAddressOf(person)
        .ifPresent(
            email -> mail.put(person, Letter.notice(kind, email, at.plus(WORTH_TELLING)), at));
  }

  /**
   * As {@link #tell}, of keys of an organisation: once within the window, since the letter says no
   * more of many than of one.
   *
   * @param organization slug
   * @return whether there is a letter
   */
  boolean tellOfLeak(HeldPerson person, String organization, Instant at) {
    Optional<EmailAddress> address =
        provenAddressOf(person)
            .filter(email ->
                rates.take(
                    "letters of leaks in " + organization,
                    email.value(),
                    1,
                    mail.settings().window(),
                    at));
    address.ifPresent(email ->
        mail.put(
            person,
            Letter.noticeOf(Letter.Kind.KEY_LEAKED, email, organization, at.plus(WORTH_TELLING)),
            at));
    return address.isPresent();
  }

  /**
   * As {@link #tell}, that keys of an organisation end soon: once, however often it is asked for
   * within half an hour.
   *
   * @param organization slug
   * @param days within which they end: 30, 7 or 1
   * @return whether there is a letter
   */
  boolean tellOfEnds(HeldPerson person, String organization, int days, Instant at) {
    Letter.Kind kind =
        switch (days) {
          case 1 -> Letter.Kind.KEYS_END_WITHIN_A_DAY;
          case 7 -> Letter.Kind.KEYS_END_WITHIN_A_WEEK;
          default -> Letter.Kind.KEYS_END_WITHIN_A_MONTH;
        };
    Optional<EmailAddress> address =
        provenAddressOf(person)
            .filter(email ->
                rates.take(
                    "letters: " + kind + " in " + organization, email.value(), 1, ASKED_AGAIN, at));
    Instant uselessAt = at.plus(Duration.ofDays(Math.min(days, WORTH_TELLING.toDays())));
    address.ifPresent(
        email -> mail.put(person, Letter.noticeOf(kind, email, organization, uselessAt), at));
    return address.isPresent();
  }

  private Optional<EmailAddress> provenAddressOf(HeldPerson person) {
    return mail.isSetUp() && people.find(person.id()).orElseThrow().addressProven()
        ? people.emailOf(person.id())
        : Optional.empty();
  }
}
