package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.identity.people.Column;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.PeopleSettings;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Second steps that are due. Each takes so many codes and no more, right or wrong. */
@Component
final class Challenges {
  private static final String PREFIX = "klc_";

  private final JdbcClient jdbc;
  private final PeopleSettings settings;
  private final SecureRandom random;

  Challenges(JdbcClient jdbc, PeopleSettings settings, SecureRandom random) {
    this.jdbc = jdbc;
    this.settings = settings;
    this.random = random;
  }

  /**
   * @param organization that was chosen at the first step; {@code null} for an operator
   * @param switches the running session that this makes act in another organisation
   */
  record Challenge(
      PersonId person,
      @Nullable OrganizationId organization,
      @Nullable SessionId switches,
      String issuedBy) {}

  SecretText open(
      HeldPerson person, Active active, @Nullable SessionId switches, String issuedBy, Instant at) {
    SecretText challenge = OpaqueToken.mint(PREFIX, random);
    OrganizationId organization = active.organization();
    MemberId member = active.memberId();
    jdbc.sql(
            """
            insert into challenge (challenge_hash, person_id, organization_id, member_id, switches, issued_by,
                                   codes_left, expires_at)
            values (:hash, :person, :organization, :member, :switches, :issuedBy, :codes, :expiresAt)
            """)
        .param("hash", OpaqueToken.hash(challenge))
        .param("person", person.id().uuid())
        .param("organization", organization == null ? null : organization.uuid(), Types.OTHER)
        .param("member", member == null ? null : member.uuid(), Types.OTHER)
        .param("switches", switches == null ? null : switches.uuid(), Types.OTHER)
        .param("issuedBy", issuedBy)
        .param("codes", settings.challengeCodes())
        .param("expiresAt", Column.of(at.plus(settings.challengeLifetime())))
        .update();
    return challenge;
  }

  /** Whose it is, whatever became of it: so that they are held before it is looked at. */
  Optional<PersonId> personOf(String challenge) {
    return jdbc.sql("select person_id from challenge where challenge_hash = :hash")
        .param("hash", OpaqueToken.hash(challenge))
        .query(UUID.class)
        .optional()
        .map(PersonId::of);
  }

  /** Takes one of its codes, before that code is looked at: tries at once can't get more. */
  Optional<Challenge> charge(String challenge, String issuedBy, Instant at) {
    return jdbc.sql(
            """
            update challenge set codes_left = codes_left - 1
            where challenge_hash = :hash and issued_by = :issuedBy and codes_left > 0 and expires_at > :at
            returning *
            """)
        .param("hash", OpaqueToken.hash(challenge))
        .param("issuedBy", issuedBy)
        .param("at", Column.of(at))
        .query(Challenges::challenge)
        .optional();
  }

  /** It was charged in the same transaction, so no other request has met it. */
  void met(String challenge) {
    jdbc.sql("delete from challenge where challenge_hash = :hash")
        .param("hash", OpaqueToken.hash(challenge))
        .update();
  }

  /** A person who changes their password doesn't want sign-ins with the old one to go on. */
  void forget(PersonId person) {
    jdbc.sql("delete from challenge where person_id = :person")
        .param("person", person.uuid())
        .update();
  }

  int sweep(Instant at, int atMost) {
    // One that is being answered is skipped: that request may have to wait for another of these.
    return jdbc.sql(
            """
            delete from challenge where challenge_hash in (
              select challenge_hash from challenge where expires_at < :at
              order by expires_at limit :atMost for update skip locked)
            """)
        .param("at", Column.of(at))
        .param("atMost", atMost)
        .update();
  }

  private static Challenge challenge(ResultSet row, int number) throws SQLException {
    UUID organization = row.getObject("organization_id", UUID.class);
    UUID switches = row.getObject("switches", UUID.class);
    return new Challenge(
        PersonId.of(row.getObject("person_id", UUID.class)),
        organization == null ? null : OrganizationId.of(organization),
        switches == null ? null : SessionId.of(switches),
        row.getString("issued_by"));
  }
}
