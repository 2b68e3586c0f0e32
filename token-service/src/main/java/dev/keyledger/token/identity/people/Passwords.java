package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.text.VisibleText;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Passwords as Argon2id hashes that name their parameters. A password is compared with a hash that
 * no person has when there is no other, so that the work doesn't tell who exists. Slow by intent:
 * only threads that are there for it call what hashes.
 */
final class Passwords {
  /** In code points, as every length. */
  static final int LONGEST = 256;

  private final JdbcClient jdbc;
  private final PasswordEncoder encoder;
  private final String hashOfNobody;

  /**
   * @param unguessable what the hash that no person has is made of
   */
  Passwords(JdbcClient jdbc, PasswordEncoder encoder, String unguessable) {
    this.jdbc = jdbc;
    this.encoder = encoder;
    this.hashOfNobody = hash(encoder, unguessable);
  }

  boolean hasOne(PersonId person) {
    return hashOf(person).isPresent();
  }

  /**
   * The same work whether the person exists or not; a password that is longer than any, or has half
   * a surrogate pair in it, matches nothing.
   *
   * @return the stored hash that it matches
   */
  Optional<String> match(@Nullable PersonId person, String password) {
    Optional<String> hash = person == null ? noHash() : hashOf(person);
    boolean possible =
        VisibleText.length(password) <= LONGEST && VisibleText.isWellFormed(password);
    boolean matches =
        encoder.matches(possible ? normal(password) : "", hash.orElse(hashOfNobody)) && possible;
    return hash.filter(stored -> matches);
  }

  /**
   * Stores the same password under the parameters in use, if its hash has others and is still the
   * one that was proven.
   *
   * @param proven as {@link #match} gave it
   * @return the hash that the person has by this
   */
  String raise(PersonId person, String proven, String password) {
    if (!encoder.upgradeEncoding(proven)) {
      return proven;
    }
    String raised = hash(password);
    int updated =
        jdbc.sql("update password set hash = :raised where person_id = :person and hash = :proven")
            .param("raised", raised)
            .param("person", person.uuid())
            .param("proven", proven)
            .update();
    return updated == 1 ? raised : proven;
  }

  /** Whether what was proven is the person's password still; while they are held it stays so. */
  boolean isStill(HeldPerson person, String proven) {
    return hashOf(person.id()).filter(proven::equals).isPresent();
  }

  // The look-up is part of the work that must not differ.
  private Optional<String> noHash() {
    return hashOf(NOBODY);
  }

  private static final PersonId NOBODY =
      new PersonId(PersonId.PREFIX + "00000000-0000-7000-8000-000000000000");

  /** Of a password that {@link PasswordRules} has let pass. */
  String hash(String password) {
    return hash(encoder, normal(password));
  }

  void store(HeldPerson person, String hash, Instant at) {
    jdbc.sql(
            """
            insert into password (person_id, hash, set_at) values (:person, :hash, :at)
            on conflict (person_id) do update set hash = excluded.hash, set_at = excluded.set_at
            """)
        .param("person", person.id().uuid())
        .param("hash", hash)
        .param("at", Column.of(at))
        .update();
  }

  /**
   * @return false when there is one already
   */
  boolean storeFirst(HeldPerson person, String hash, Instant at) {
    return jdbc.sql(
                """
                insert into password (person_id, hash, set_at) values (:person, :hash, :at)
                on conflict (person_id) do nothing
                """)
            .param("person", person.id().uuid())
            .param("hash", hash)
            .param("at", Column.of(at))
            .update()
        == 1;
  }

  void forget(PersonId person) {
    jdbc.sql("delete from password where person_id = :person")
        .param("person", person.uuid())
        .update();
  }

  private Optional<String> hashOf(PersonId person) {
    return jdbc.sql("select hash from password where person_id = :person")
        .param("person", person.uuid())
        .query(String.class)
        .optional();
  }

  private static String hash(PasswordEncoder encoder, String text) {
    String hash = encoder.encode(text);
    if (hash == null) {
      throw new IllegalStateException("the encoder made no hash");
    }
    return hash;
  }

  /** The same password typed on another keyboard is the same password (NIST SP 800-63B-4). */
  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }
}
