package dev.keyledger.token.identity.recovery;

import dev.keyledger.client.Caller;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.identity.mail.Letter;
import dev.keyledger.token.identity.mail.Mail;
import dev.keyledger.token.identity.mail.Notices;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Rates;
import dev.keyledger.token.identity.recovery.MailedTokens.Purpose;
import dev.keyledger.token.identity.sessions.CurrentPerson;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A person gives themselves another address by proving both, signed in: a token goes to the new
 * one, another to the one they have. Who asks for the address that they have proves that alone.
 */
@Component
final class AddressChange {
  private static final String PREFIX = "kle_";

  private final MailedTokens tokens;
  private final People people;
  private final CurrentPerson current;
  private final Mail mail;
  private final Notices notices;
  private final Rates rates;
  private final PeopleSettings settings;
  private final Clock clock;
  private final SecureRandom random;

  AddressChange(
      MailedTokens tokens,
      People people,
      CurrentPerson current,
      Mail mail,
      Notices notices,
      Rates rates,
      PeopleSettings settings,
      Clock clock,
      SecureRandom random) {
    this.tokens = tokens;
    this.people = people;
    this.current = current;
    this.mail = mail;
    this.notices = notices;
    this.rates = rates;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Tells nothing of whether the address is somebody's already: who confirms has its mail.
   *
   * @param address that the request came from
   * @throws ProblemException 401 {@code invalid_credentials}; 409 {@code mail_not_set_up}; 429
   *     {@code too_many_address_changes}
   */
  void ask(Caller caller, String password, EmailAddress wanted, String address) {
    if (!mail.isSetUp()) {
      throw PasswordResets.notSetUp();
    }
    current.byPassword(
        caller,
        password,
        address,
        person -> {
          Instant at = now();
          if (!rates.take(
              "address changes of",
              person.id().value(),
              mail.settings().perAddress(),
              mail.settings().window(),
              at)) {
            throw tooMany();
          }
          EmailAddress has = people.emailOf(person.id()).orElseThrow();
          send(person, Purpose.NEW_ADDRESS, Letter.Kind.ADDRESS_PROOF, wanted, wanted, at);
          if (!has.equals(wanted)) {
            send(
                person,
                Purpose.CONSENT_TO_NEW_ADDRESS,
                Letter.Kind.ADDRESS_CHANGE_CONSENT,
                has,
                wanted,
                at);
          }
          return true;
        });
  }

  private void send(
      HeldPerson person,
      Purpose purpose,
      Letter.Kind kind,
      EmailAddress to,
      EmailAddress wanted,
      Instant at) {
    SecretText token = OpaqueToken.mint(PREFIX, random);
    Instant expiresAt = at.plus(settings.resetLifetime());
    tokens.insert(
        person,
        purpose,
        OpaqueToken.hash(token),
        people.seal(person.id(), wanted.value()).ciphertext(),
        at,
        expiresAt);
    mail.put(person, Letter.withToken(kind, to, token, expiresAt), at);
  }

  /**
   * @param token that went to the new address
   * @param consent that went to the one before; {@code null} where they are the same
   * @throws ProblemException 401 {@code invalid_address_token}; 409 {@code address_taken}
   */
  void confirm(Caller caller, String token, @Nullable String consent) {
    current.held(
        caller,
        person -> {
          Instant at = now();
          EmailAddress wanted =
              addressOf(person, Purpose.NEW_ADDRESS, token, at).orElseThrow(AddressChange::invalid);
          EmailAddress has = people.emailOf(person.id()).orElseThrow();
          if (has.equals(wanted)) {
            people.proveAddress(person, at);
          } else {
            if (consent == null
                || addressOf(person, Purpose.CONSENT_TO_NEW_ADDRESS, consent, at)
                    .filter(wanted::equals)
                    .isEmpty()) {
              throw invalid();
            }
            // To the one before: it is the one that has to know.
            people.proveAddress(person, at);
            notices.tell(person, Letter.Kind.ADDRESS_CHANGED, at);
            if (!people.changeAddress(person, wanted, at)) {
              throw Problem.of(409, "address_taken", "The address is another account's.")
                  .toException();
            }
          }
          // Resets that went to the former address too.
          tokens.forget(person.id());
          return true;
        });
  }

  private Optional<EmailAddress> addressOf(
      HeldPerson person, Purpose purpose, String token, Instant at) {
    return tokens
        .sealedAddress(person, purpose, OpaqueToken.hash(token), at)
        .flatMap(sealed -> people.unseal(person.id(), sealed))
        .map(EmailAddress::stored);
  }

  private static ProblemException invalid() {
    return Problem.of(
            401, "invalid_address_token", "A token is unknown, was used before or has expired.")
        .toException();
  }

  private ProblemException tooMany() {
    return Problem.of(
            429, "too_many_address_changes", "Too many changes were asked for in a short time.")
        .withHeader("Retry-After", Long.toString(mail.settings().window().toSeconds()))
        .toException();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
