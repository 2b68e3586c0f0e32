package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which memberships their persons have accepted; the ledger alone knows which are still live. */
@Component
public final class AcceptedMemberships {
  private final JdbcClient jdbc;

  AcceptedMemberships(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The one used last first, then those never used, as they were accepted. */
  public List<MemberId> of(PersonId person) {
    return jdbc.sql(
            """
            select member_id from accepted_membership where person_id = :person
            order by last_used_at desc nulls last, accepted_at, member_id
            """)
        .param("person", person.uuid())
        .query((row, number) -> MemberId.of(row.getObject("member_id", UUID.class)))
        .list();
  }

  /** Which of them were accepted, by whomever they are of. */
  public List<MemberId> acceptedOf(Collection<MemberId> members) {
    if (members.isEmpty()) {
      return List.of();
    }
    return jdbc.sql("select member_id from accepted_membership where member_id in (:members)")
        .param("members", members.stream().map(MemberId::uuid).toList())
        .query((row, number) -> MemberId.of(row.getObject("member_id", UUID.class)))
        .list();
  }

  public void accept(PersonId person, OrganizationId organization, MemberId member, Instant at) {
    jdbc.sql(
            """
            insert into accepted_membership (person_id, organization_id, member_id, accepted_at)
            values (:person, :organization, :member, :at) on conflict do nothing
            """)
        .param("person", person.uuid())
        .param("organization", organization.uuid())
        .param("member", member.uuid())
        .param("at", Column.of(at))
        .update();
  }

  public void used(PersonId person, MemberId member, Instant at) {
    jdbc.sql(
            """
            update accepted_membership set last_used_at = :at
            where person_id = :person and member_id = :member
            """)
        .param("at", Column.of(at))
        .param("person", person.uuid())
        .param("member", member.uuid())
        .update();
  }

  /** Each can be accepted again, by another invitation. */
  public void forget(HeldPerson person) {
    forget(person.id());
  }

  void forget(PersonId person) {
    jdbc.sql("delete from accepted_membership where person_id = :person")
        .param("person", person.uuid())
        .update();
  }
}
