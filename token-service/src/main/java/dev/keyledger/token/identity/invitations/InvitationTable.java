package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Invitations by the hash of their token. */
@Component
final class InvitationTable {
  private final JdbcClient jdbc;

  InvitationTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param organization {@code null} like the member, for the first operator
   * @param mailed whether its token went to the person's address and nowhere else
   */
  record Invitation(
      PersonId person,
      @Nullable OrganizationId organization,
      @Nullable MemberId member,
      boolean mailed) {
    /** Whether its holder has read the address's mail, or runs the platform. */
    boolean proves() {
      return mailed || organization == null;
    }
  }

  void insert(Invitation invitation, byte[] hash, Instant at, Instant expiresAt) {
    OrganizationId organization = invitation.organization();
    MemberId member = invitation.member();
    jdbc.sql(
            """
            insert into invitation (token_hash, person_id, organization_id, member_id, mailed, created_at, expires_at)
            values (:hash, :person, :organization, :member, :mailed, :at, :expiresAt)
            """)
        .param("hash", hash)
        .param("person", invitation.person().uuid())
        .param("organization", organization == null ? null : organization.uuid(), Types.OTHER)
        .param("member", member == null ? null : member.uuid(), Types.OTHER)
        .param("mailed", invitation.mailed())
        .param("at", Column.of(at))
        .param("expiresAt", Column.of(expiresAt))
        .update();
  }

  Optional<Invitation> findOpen(byte[] hash, Instant at) {
    return jdbc.sql(
            """
            select * from invitation
            where token_hash = :hash and accepted_at is null and expires_at > :at
            """)
        .param("hash", hash)
        .param("at", Column.of(at))
        .query(InvitationTable::invitation)
        .optional();
  }

  /**
   * Takes one of its tries, before anything slow is done for it: tries at once get no more.
   *
   * @return false when none is left
   */
  boolean charge(byte[] hash, int tries) {
    return jdbc.sql(
                "update invitation set tries = tries + 1 where token_hash = :hash and tries < :tries")
            .param("hash", hash)
            .param("tries", tries)
            .update()
        == 1;
  }

  /**
   * @return false when another was faster
   */
  boolean accept(byte[] hash, Instant at) {
    return jdbc.sql(
                """
                update invitation set accepted_at = :at
                where token_hash = :hash and accepted_at is null and expires_at > :at
                """)
            .param("hash", hash)
            .param("at", Column.of(at))
            .update()
        == 1;
  }

  /** Of one membership; the ones that were accepted stay on record. */
  void withdraw(PersonId person, MemberId member) {
    jdbc.sql(
            """
            delete from invitation
            where person_id = :person and member_id = :member and accepted_at is null
            """)
        .param("person", person.uuid())
        .param("member", member.uuid())
        .update();
  }

  void forget(PersonId person) {
    jdbc.sql("delete from invitation where person_id = :person")
        .param("person", person.uuid())
        .update();
  }

  int sweep(Instant expiredBefore, int atMost) {
    return jdbc.sql(
            """
            delete from invitation where token_hash in (
              select token_hash from invitation where expires_at < :before
              order by expires_at limit :atMost for update skip locked)
            """)
        .param("before", Column.of(expiredBefore))
        .param("atMost", atMost)
        .update();
  }

  private static Invitation invitation(ResultSet row, int number) throws SQLException {
    UUID organization = row.getObject("organization_id", UUID.class);
    UUID member = row.getObject("member_id", UUID.class);
    return new Invitation(
        PersonId.of(row.getObject("person_id", UUID.class)),
        organization == null ? null : OrganizationId.of(organization),
        member == null ? null : MemberId.of(member),
        row.getBoolean("mailed"));
  }
}
