package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.mail.Letter;
import dev.keyledger.token.identity.mail.Notices;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.Factor;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.NewPasswords;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Proofs;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * An identity belongs to who proves its address. Whatever was set up before anybody had proven it
 * may be a stranger's who was quicker: with the first proof it goes.
 */
@Component
public final class ProvenAddresses {
  private final People people;
  private final NewPasswords passwords;
  private final SecondStep secondStep;
  private final AcceptedMemberships memberships;
  private final Proofs proofs;
  private final Endings endings;
  private final Outbox outbox;
  private final Notices notices;

  ProvenAddresses(
      People people,
      NewPasswords passwords,
      SecondStep secondStep,
      AcceptedMemberships memberships,
      Proofs proofs,
      Endings endings,
      Outbox outbox,
      Notices notices) {
    this.people = people;
    this.passwords = passwords;
    this.secondStep = secondStep;
    this.memberships = memberships;
    this.proofs = proofs;
    this.endings = endings;
    this.outbox = outbox;
    this.notices = notices;
  }

  /**
   * Gives the person a password by a token that went to their address and nowhere else, and ends
   * all their sessions. By the first such token also a second step that was set up before goes, and
   * so does each acceptance of a membership: the membership is an invitation again.
   *
   * @param address that the request came from
   * @return where sessions ended
   */
  public List<StreamPosition> renewPassword(
      HeldPerson person, NewPasswords.Hashed password, String address, Instant at) {
    boolean hadPassword = passwords.hasPassword(person.id());
    passwords.store(person, password, at);
    proofs.renewed(person, address, Factor.PASSWORD);
    if (!person.person().addressProven()) {
      secondStep.forget(person);
      proofs.gone(person, Factor.CODE);
      memberships.forget(person);
      people.proveAddress(person, at);
    }
    if (hadPassword) {
      outbox.record(
          new Happening(Activity.Kind.PASSWORD_CHANGED, null, person.id(), null, null, at));
      notices.tell(
          person,
          person.person().addressProven()
              ? Letter.Kind.PASSWORD_CHANGED
              : Letter.Kind.IDENTITY_TAKEN_BY_PROOF,
          at);
    }
    return endings.endOthers(person.id(), null, Session.End.PASSWORD_CHANGED, at);
  }
}
