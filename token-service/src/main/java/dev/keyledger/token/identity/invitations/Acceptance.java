package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.invitations.InvitationTable.Invitation;
import dev.keyledger.token.identity.mail.Mail;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.sessions.ProvenAddresses;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Accepts an invitation once. A token that is unknown, used, expired, tried too often or whose
 * membership is not live is refused alike. Only a person without a password may set one with it:
 * for others the token alone proves nothing, so they have to be signed in. Whether the person
 * invited has a password shows only to a holder who goes as far as setting a good one.
 *
 * <p>A token that went to the address proves it, as does the file of the first operator, and with
 * the first proof the identity is who shows it: a password that was set before goes ({@link
 * ProvenAddresses}). Once mail is set up, nothing is accepted for an address that isn't proven.
 */
@Component
final class Acceptance {
  private final InvitationTable table;
  private final AccessState state;
  private final People people;
  private final NewPasswords passwords;
  private final AcceptedMemberships memberships;
  private final ProvenAddresses proven;
  private final Mail mail;
  private final PeopleSettings settings;
  private final TransactionOperations transactions;
  private final Clock clock;

  Acceptance(
      InvitationTable table,
      AccessState state,
      People people,
      NewPasswords passwords,
      AcceptedMemberships memberships,
      ProvenAddresses proven,
      Mail mail,
      PeopleSettings settings,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.state = state;
    this.people = people;
    this.passwords = passwords;
    this.memberships = memberships;
    this.proven = proven;
    this.mail = mail;
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Both {@code null} for an operator. */
  record Accepted(@Nullable OrganizationId organization, @Nullable MemberId member) {}

  /**
   * @param caller whose session the request came with, if any
   * @param address that the request came from
   * @throws ProblemException 401 {@code invalid_invitation}, {@code sign_in_required}; 403 {@code
   *     address_not_proven}; 409 {@code password_already_set}; 422
   */
  Accepted accept(
      String token, @Nullable String password, @Nullable PersonId caller, String address) {
    byte[] hash = OpaqueToken.hash(token);
    Invitation invitation =
        table.findOpen(hash, now()).filter(this::isLive).orElseThrow(Acceptance::invalid);
    PersonId person = invitation.person();
    if (!mayBeAccepted(invitation)) {
      throw addressNotProven();
    }
    NewPasswords.Hashed first = null;
    if (person.equals(caller)) {
      if (password != null) {
        throw passwordAlreadySet();
      }
    } else if (password == null) {
      throw signInRequired();
    } else {
      // Checked and hashed in any case, so that neither the answer nor its time tells them apart.
      if (!table.charge(hash, settings.invitationTries())) {
        throw invalid();
      }
      first = passwords.hash(person, "password", password, address);
    }
    accept(invitation, hash, first, address);
    return new Accepted(invitation.organization(), invitation.member());
  }

  private boolean mayBeAccepted(Invitation invitation) {
    return invitation.proves()
        || !mail.isSetUp()
        || people.find(invitation.person()).filter(Person::addressProven).isPresent();
  }

  private void accept(
      Invitation invitation, byte[] hash, NewPasswords.@Nullable Hashed first, String address) {
    Instant at = now();
    transactions.executeWithoutResult(status -> {
      HeldPerson person = people.hold(invitation.person()).orElseThrow(Acceptance::invalid);
      // Looked at again: hashing took long enough for it to be withdrawn.
      if (!isLive(invitation) || !table.accept(hash, at)) {
        throw invalid();
      }
      if (first != null && invitation.proves() && !person.person().addressProven()) {
        proven.renewPassword(person, first, address, at);
      } else if (first != null && !passwords.storeFirst(person, first, at)) {
        // A person with a password has to be signed in; nothing of this is committed.
        throw signInRequired();
      }
      if (invitation.proves()) {
        people.proveAddress(person, at);
      }
      OrganizationId organization = invitation.organization();
      MemberId member = invitation.member();
      if (organization != null && member != null) {
        memberships.accept(person.id(), organization, member, at);
      } else {
        people.makeOperator(person);
      }
    });
  }

  private boolean isLive(Invitation invitation) {
    MemberId id = invitation.member();
    if (id == null) {
      return true;
    }
    Membership member = state.member(id);
    return member != null
        && !member.removed()
        && member.person().equals(invitation.person())
        && member.organization().equals(invitation.organization());
  }

  private static ProblemException invalid() {
    return Problem.of(
            401,
            "invalid_invitation",
            "The invitation is unknown, was used before, has expired or was withdrawn.")
        .toException();
  }

  private static ProblemException signInRequired() {
    return Problem.of(
            401,
            "sign_in_required",
            "Accept with a session of the person invited, or with their first password.")
        .toException();
  }

  private static ProblemException addressNotProven() {
    return Problem.of(
            403,
            "address_not_proven",
            "The address has to be proven. Have the invitation sent again: it comes by mail.")
        .toException();
  }

  private static ProblemException passwordAlreadySet() {
    return Problem.of(
            409,
            "password_already_set",
            "There is a password. Change it with POST /v1/me/password.")
        .toException();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
