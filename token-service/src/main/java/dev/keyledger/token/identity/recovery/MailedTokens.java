package dev.keyledger.token.identity.recovery;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.Column;
import dev.keyledger.token.identity.people.HeldPerson;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tokens that went to an address, by their hashes. */
@Component
final class MailedTokens {
  enum Purpose {
    PASSWORD_RESET,
    /** Went to the address that is to be. */
    NEW_ADDRESS,
    /** Went to the address that was, for the same change. */
    CONSENT_TO_NEW_ADDRESS
  }

  private final JdbcClient jdbc;

  MailedTokens(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param email that is to be, sealed; {@code null} where none is
   */
  void insert(
      HeldPerson person,
      Purpose purpose,
      byte[] hash,
      @Nullable String email,
      Instant at,
      Instant expiresAt) {
    jdbc.sql(
            """
            insert into mailed_token (token_hash, person_id, purpose, email_sealed, created_at, expires_at)
            values (:hash, :person, :purpose, :email, :at, :expiresAt)
            """)
        .param("hash", hash)
        .param("person", person.id().uuid())
        .param("purpose", purpose.name())
        .param("email", email, Types.VARCHAR)
        .param("at", Column.of(at))
        .param("expiresAt", Column.of(expiresAt))
        .update();
  }

  /**
   * Takes one of its tries, before anything slow is done for it.
   *
   * @return whose it is; empty when it is none, has expired or has no try left
   */
  Optional<PersonId> charge(Purpose purpose, byte[] hash, int tries, Instant at) {
    return jdbc.sql(
            """
            update mailed_token set tries = tries + 1
            where token_hash = :hash and purpose = :purpose and expires_at > :at and tries < :tries
            returning person_id
            """)
        .param("hash", hash)
        .param("purpose", purpose.name())
        .param("at", Column.of(at))
        .param("tries", tries)
        .query(UUID.class)
        .optional()
        .map(PersonId::of);
  }

  /**
   * Uses it up, and with it all of the person's for the same purpose.
   *
   * @return false when another was faster
   */
  boolean take(HeldPerson person, Purpose purpose, byte[] hash, Instant at) {
    boolean taken =
        jdbc.sql(
                    """
                    delete from mailed_token
                    where token_hash = :hash and person_id = :person and purpose = :purpose
                          and expires_at > :at
                    """)
                .param("hash", hash)
                .param("person", person.id().uuid())
                .param("purpose", purpose.name())
                .param("at", Column.of(at))
                .update()
            == 1;
    if (taken) {
      jdbc.sql("delete from mailed_token where person_id = :person and purpose = :purpose")
          .param("person", person.id().uuid())
          .param("purpose", purpose.name())
          .update();
    }
    return taken;
  }

  /** The address that the token is about, sealed; empty when it is none of the person's. */
  Optional<String> sealedAddress(HeldPerson person, Purpose purpose, byte[] hash, Instant at) {
    return jdbc.sql(
            """
            select email_sealed from mailed_token
            where token_hash = :hash and person_id = :person and purpose = :purpose
                  and expires_at > :at
            """)
        .param("hash", hash)
        .param("person", person.id().uuid())
        .param("purpose", purpose.name())
        .param("at", Column.of(at))
        .query(String.class)
        .optional();
  }

  void forget(PersonId person) {
    jdbc.sql("delete from mailed_token where person_id = :person")
        .param("person", person.uuid())
        .update();
  }

  int sweep(Instant expiredBefore, int atMost) {
    return jdbc.sql(
            """
            delete from mailed_token where token_hash in (
              select token_hash from mailed_token where expires_at < :before
              order by expires_at limit :atMost for update skip locked)
            """)
        .param("before", Column.of(expiredBefore))
        .param("atMost", atMost)
        .update();
  }
}
