package dev.keyledger.token.identity.recovery;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.mail.Letter;
import dev.keyledger.token.identity.mail.Mail;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.Rates;
import dev.keyledger.token.identity.recovery.MailedTokens.Purpose;
import dev.keyledger.token.identity.sessions.ProvenAddresses;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Another password for who has forgotten theirs, by a token that goes to their address. Whose
 * address it is, if anybody's, is looked for behind the answer: neither its text nor its time can
 * tell. What waits for that is lost with the process, and asked for again.
 */
@Component
final class PasswordResets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PasswordResets.class);
  private static final String PREFIX = "klp_";
  private static final int MOST_WAITING = 256;

  private final MailedTokens tokens;
  private final People people;
  private final NewPasswords passwords;
  private final ProvenAddresses proven;
  private final Mail mail;
  private final Rates rates;
  private final PeopleSettings settings;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final SecureRandom random;
  private final ThreadPoolExecutor behind =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("password-resets").daemon(true).factory());

  PasswordResets(
      MailedTokens tokens,
      People people,
      NewPasswords passwords,
      ProvenAddresses proven,
      Mail mail,
      Rates rates,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock,
      SecureRandom random) {
    this.tokens = tokens;
    this.people = people;
    this.passwords = passwords;
    this.proven = proven;
    this.mail = mail;
    this.rates = rates;
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param address that the request came from
   * @throws ProblemException 409 {@code mail_not_set_up}; 429 {@code too_many_resets} for the
   *     network; 503 {@code busy}; never for what is so of the e-mail address
   */
  void ask(EmailAddress email, String address) {
    if (!mail.isSetUp()) {
      throw notSetUp();
    }
    if (!rates.take(
        "password resets from",
        Network.of(address).name(),
        mail.settings().perNetwork(),
        mail.settings().window(),
        now())) {
      throw Problem.of(429, "too_many_resets", "Too many resets were asked for from this network.")
          .withHeader("Retry-After", Long.toString(mail.settings().window().toSeconds()))
          .toException();
    }
    try {
      behind.execute(() -> issueIfDue(email));
    } catch (RejectedExecutionException e) {
      throw Proofs.busy().toException();
    }
  }

  private void issueIfDue(EmailAddress email) {
    try {
      Instant at = now();
      // Those that were put wait for room (see the worker of letters); none are put without end.
      if (people.find(email).isPresent()
          && rates.take(
              "password resets of",
              email.value(),
              mail.settings().perAddress(),
              mail.settings().window(),
              at)) {
        transactions.executeWithoutResult(status ->
            people
                .find(email)
                .map(Person::id)
                .flatMap(people::hold)
                .ifPresent(person -> issue(person, email, at)));
      }
    } catch (RuntimeException e) {
      log.warn("A password reset could not be put: {}", e.getClass().getSimpleName());
    }
  }

  private void issue(HeldPerson person, EmailAddress email, Instant at) {
    // Who was only invited has an invitation to come in by.
    if (!passwords.hasPassword(person.id())) {
      return;
    }
    SecretText token = OpaqueToken.mint(PREFIX, random);
    Instant expiresAt = at.plus(settings.resetLifetime());
    tokens.insert(person, Purpose.PASSWORD_RESET, OpaqueToken.hash(token), null, at, expiresAt);
    mail.put(person, Letter.withToken(Letter.Kind.PASSWORD_RESET, email, token, expiresAt), at);
  }

  /**
   * @param address that the request came from
   * @return where sessions ended
   * @throws ProblemException 401 {@code invalid_reset_token}; 422; 503 {@code busy}
   */
  List<StreamPosition> confirm(String token, String password, String address) {
    byte[] hash = OpaqueToken.hash(token);
    PersonId id =
        tokens
            .charge(Purpose.PASSWORD_RESET, hash, settings.invitationTries(), now())
            .orElseThrow(PasswordResets::invalid);
    NewPasswords.Hashed hashed = passwords.hash(id, "password", password, address);
    return transactions.execute(status -> {
      Instant at = now();
      HeldPerson person = people.hold(id).orElseThrow(PasswordResets::invalid);
      if (!tokens.take(person, Purpose.PASSWORD_RESET, hash, at)) {
        throw invalid();
      }
      return proven.renewPassword(person, hashed, address, at);
    });
  }

  static ProblemException notSetUp() {
    return Problem.of(409, "mail_not_set_up", "Nothing can be sent from here. Ask your admin.")
        .toException();
  }

  private static ProblemException invalid() {
    return Problem.of(
            401, "invalid_reset_token", "The token is unknown, was used before or has expired.")
        .toException();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public void close() {
    behind.shutdownNow();
  }
}
