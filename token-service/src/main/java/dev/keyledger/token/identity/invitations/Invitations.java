package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.mail.Letter;
import dev.keyledger.token.identity.mail.Mail;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.Rates;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Invites persons, who come to be by it if their address isn't known yet. Where mail is set up the
 * token goes to the address and nowhere else: who accepts with it has proven the address.
 */
@Component
final class Invitations {
  private static final String PREFIX = "kli_";

  /** What of them is counted. */
  private static final String AGAIN = "invitations of a member";

  private final InvitationTable table;
  private final People people;
  private final AcceptedMemberships memberships;
  private final AccessState state;
  private final Mail mail;
  private final Rates rates;
  private final PeopleSettings settings;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final SecureRandom random;

  Invitations(
      InvitationTable table,
      People people,
      AcceptedMemberships memberships,
      AccessState state,
      Mail mail,
      Rates rates,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock,
      SecureRandom random) {
    this.table = table;
    this.people = people;
    this.memberships = memberships;
    this.state = state;
    this.mail = mail;
    this.rates = rates;
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param email sealed under the person's key, for the ledger
   * @param token shown once, in the answer to the inviting member; {@code null} where it was mailed
   */
  record Invited(PersonId person, SealedText email, @Nullable SecretText token) {}

  /** Before the membership is decided: if it never comes to be, this can never be accepted. */
  Invited invite(OrganizationId organization, MemberId member, EmailAddress email) {
    Instant at = now();
    return transactions.execute(status -> {
      HeldPerson person = people.findOrCreate(email, at);
      SecretText token = issue(person, email, organization, member, at);
      return new Invited(person.id(), people.seal(person.id(), email.value()), token);
    });
  }

  /**
   * Another token for a membership that isn't accepted yet. The former one works no more: there is
   * one way in at a time, and a letter that went astray is worth nothing once it is sent again.
   *
   * @return as {@link Invited#token}
   * @throws ProblemException 404 {@code member_not_found} for the erased; 409 {@code
   *     invitation_accepted}; 429 {@code too_many_invitations}
   */
  @Nullable SecretText inviteAgain(OrganizationId organization, MemberId member, PersonId id) {
    Instant at = now();
    if (!rates.take(
        AGAIN, member.value(), mail.settings().perAddress(), mail.settings().window(), at)) {
      throw tooMany();
    }
    return transactions
        .execute(status -> {
          HeldPerson person = people.hold(id).orElseThrow(Invitations::notFound);
          if (!memberships.acceptedOf(List.of(member)).isEmpty()) {
            throw accepted();
          }
          table.withdraw(id, member);
          mail.takeBack(id, member);
          EmailAddress email = people.emailOf(id).orElseThrow(Invitations::notFound);
          return Optional.ofNullable(issue(person, email, organization, member, at));
        })
        .orElse(null);
  }

  /** Who {@link #invite} would be about, if they are known; they don't come to be by it. */
  Optional<PersonId> invitee(EmailAddress email) {
    return people.find(email).map(Person::id);
  }

  /**
   * Refuses as {@link #inviteAgain} would, and does nothing else: not even the rate has less left.
   *
   * @throws ProblemException as it
   */
  void mustInviteAgain(MemberId member, PersonId id) {
    if (!rates.isLeft(
        AGAIN, member.value(), mail.settings().perAddress(), mail.settings().window(), now())) {
      throw tooMany();
    }
    if (people.find(id).isEmpty()) {
      throw notFound();
    }
    if (!memberships.acceptedOf(List.of(member)).isEmpty()) {
      throw accepted();
    }
    if (people.emailOf(id).isEmpty()) {
      throw notFound();
    }
  }

  private @Nullable SecretText issue(
      HeldPerson person,
      EmailAddress email,
      OrganizationId organization,
      MemberId member,
      Instant at) {
    SecretText token = OpaqueToken.mint(PREFIX, random);
    Instant expiresAt = at.plus(settings.invitationLifetime());
    table.insert(
        new InvitationTable.Invitation(person.id(), organization, member, mail.isSetUp()),
        OpaqueToken.hash(token),
        at,
        expiresAt);
    if (!mail.isSetUp()) {
      return token;
    }
    OrganizationRules rules = state.organization(organization);
    mail.put(
        person,
        new Letter(
            Letter.Kind.INVITATION,
            email,
            token,
            rules == null ? organization.value() : rules.access().slug(),
            member,
            expiresAt),
        at);
    return null;
  }

  /**
   * For the first operator, who belongs to no organisation and is one once they accept. The token
   * goes to who runs the platform, mail or not: it may not be set up rightly yet.
   */
  SecretText inviteOperator(EmailAddress email) {
    Instant at = now();
    SecretText token = OpaqueToken.mint(PREFIX, random);
    transactions.executeWithoutResult(status -> {
      HeldPerson person = people.findOrCreate(email, at);
      table.insert(
          new InvitationTable.Invitation(person.id(), null, null, false),
          OpaqueToken.hash(token),
          at,
          at.plus(settings.invitationLifetime()));
    });
    return token;
  }

  private static ProblemException notFound() {
    return Problem.of(404, "member_not_found", "There is no such member.").toException();
  }

  private static ProblemException accepted() {
    return Problem.of(409, "invitation_accepted", "The invitation was accepted already.")
        .toException();
  }

  private ProblemException tooMany() {
    return Problem.of(
            429, "too_many_invitations", "The member was invited too often within a short time.")
        .withHeader("Retry-After", Long.toString(mail.settings().window().toSeconds()))
        .toException();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
