package dev.keyledger.token.identity.people;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.PersonId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A person's TOTP secret, sealed under their data key. The last step of which a code was taken is
 * kept, and taking a later one is a single conditional update, of the secret that the code was
 * compared with: no code works twice, whichever replicas are asked at once.
 */
@Component
public final class SecondStep {
  private static final int SECRET_BYTES = 20; // RFC 4226, section 4, R6: the length of the hash.
  private static final String ISSUER = "Keyledger";

  /**
   * @param uri for a QR code, as authenticator apps read it
   */
  public record Enrolment(SecretText secret, SecretText uri) {}

  private final JdbcClient jdbc;
  private final People people;
  private final SecureRandom random;
  private final TotpCodes codes = new TotpCodes();

  SecondStep(JdbcClient jdbc, People people, SecureRandom random) {
    this.jdbc = jdbc;
    this.people = people;
    this.random = random;
  }

  public boolean isEnrolled(PersonId person) {
    return jdbc.sql(
            "select exists (select from totp where person_id = :person and confirmed_at is not null)")
        .param("person", person.uuid())
        .query(Boolean.class)
        .single();
  }

  /** A new secret beside the one in use, if any, which stays in use until this is confirmed. */
  public Enrolment begin(HeldPerson held) {
    PersonId person = held.id();
    var bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = TotpSecret.encode(bytes);
    jdbc.sql(
            """
            insert into totp (person_id, pending_sealed) values (:person, :sealed)
            on conflict (person_id) do update set pending_sealed = excluded.pending_sealed
            """)
        .param("person", person.uuid())
        .param("sealed", people.seal(person, secret).ciphertext())
        .update();
    String account = people.emailOf(person).map(EmailAddress::value).orElse(person.value());
    return new Enrolment(
        new SecretText(secret),
        new SecretText(
            "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30"
                .formatted(ISSUER, encoded(account), secret, ISSUER)));
  }

  /**
   * The code that confirms is taken: it doesn't work for signing in too.
   *
   * @return whether the code was right
   */
  public boolean confirm(HeldPerson held, String code, Instant at) {
    PersonId person = held.id();
    Optional<String> pending = column(person, "pending_sealed");
    OptionalLong step =
        pending
            .flatMap(sealed -> people.unseal(person, sealed))
            .map(secret -> codes.stepsOf(code, TotpSecret.decode(secret), at).max())
            .orElse(OptionalLong.empty());
    return step.isPresent()
        && jdbc.sql(
                    """
                    update totp set secret_sealed = pending_sealed, pending_sealed = null, confirmed_at = :at,
                                    last_step = :step
                    where person_id = :person and pending_sealed = :pending
                    """)
                .param("at", Column.of(at))
                .param("step", step.getAsLong())
                .param("person", person.uuid())
                .param("pending", pending.orElseThrow())
                .update()
            == 1;
  }

  /** Takes a code, if it is one to take: right, replayed or wrong. */
  Verdict take(HeldPerson held, String code, Instant at) {
    PersonId person = held.id();
    Optional<String> sealed = column(person, "secret_sealed");
    Optional<String> secret = sealed.flatMap(text -> people.unseal(person, text));
    if (secret.isEmpty()) {
      return Verdict.WRONG;
    }
    long[] steps = codes.stepsOf(code, TotpSecret.decode(secret.get()), at).toArray();
    for (long step : steps) {
      int updated =
          jdbc.sql(
                  """
                  update totp set last_step = :step
                  where person_id = :person and last_step < :step and secret_sealed = :sealed
                  """)
              .param("step", step)
              .param("sealed", sealed.orElseThrow())
              .param("person", person.uuid())
              .update();
      if (updated == 1) {
        return Verdict.RIGHT;
      }
    }
    return steps.length == 0 ? Verdict.WRONG : Verdict.REPLAYED;
  }

  /** Sets a known secret, for demonstration people alone. */
  void set(HeldPerson held, String base32, Instant at) {
    if (TotpSecret.decode(base32).length < 10) {
      throw new IllegalArgumentException("a TOTP secret has at least 80 bits");
    }
    PersonId person = held.id();
    jdbc.sql(
            """
            insert into totp (person_id, secret_sealed, confirmed_at) values (:person, :sealed, :at)
            on conflict (person_id) do update
            set secret_sealed = excluded.secret_sealed, confirmed_at = excluded.confirmed_at
            """)
        .param("person", person.uuid())
        .param("sealed", people.seal(person, base32).ciphertext())
        .param("at", Column.of(at))
        .update();
  }

  public void forget(HeldPerson person) {
    forget(person.id());
  }

  void forget(PersonId person) {
    jdbc.sql("delete from totp where person_id = :person").param("person", person.uuid()).update();
  }

  private Optional<String> column(PersonId person, String name) {
    return jdbc.sql(
            "select " + name + " from totp where person_id = :person and " + name + " is not null")
        .param("person", person.uuid())
        .query(String.class)
        .optional();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
