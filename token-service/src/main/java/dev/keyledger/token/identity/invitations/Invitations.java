package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Invites persons, who come to be by it if their address isn't known yet. */
@Component
final class Invitations {
  private static final String PREFIX = "kli_";

  private final InvitationTable table;
  private final People people;
  private final PeopleSettings settings;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final SecureRandom random;

  Invitations(
      InvitationTable table,
      People people,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock,
      SecureRandom random) {
    this.table = table;
    this.people = people;
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param email sealed under the person's key, for the ledger
   * @param token shown once, in the answer to the inviting member
   */
  record Invited(PersonId person, SealedText email, SecretText token) {}

  /** Before the membership is decided: if it never comes to be, this can never be accepted. */
  Invited invite(OrganizationId organization, MemberId member, EmailAddress email) {
    Instant at = now();
    SecretText token = OpaqueToken.mint(PREFIX, random);
    return transactions.execute(status -> {
      HeldPerson person = people.findOrCreate(email, at);
      table.insert(
          new InvitationTable.Invitation(person.id(), organization, member),
          OpaqueToken.hash(token),
          at,
          at.plus(settings.invitationLifetime()));
      return new Invited(person.id(), people.seal(person.id(), email.value()), token);
    });
  }

  /** For the first operator, who belongs to no organisation and is one once they accept. */
  SecretText inviteOperator(EmailAddress email) {
    Instant at = now();
    SecretText token = OpaqueToken.mint(PREFIX, random);
    transactions.executeWithoutResult(status -> {
      HeldPerson person = people.findOrCreate(email, at);
      table.insert(
          new InvitationTable.Invitation(person.id(), null, null),
          OpaqueToken.hash(token),
          at,
          at.plus(settings.invitationLifetime()));
    });
    return token;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
