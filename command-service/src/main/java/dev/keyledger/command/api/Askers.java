package dev.keyledger.command.api;

import dev.keyledger.command.ledger.Slugs;
import dev.keyledger.command.organization.Asked;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.OrganizationNotFound;
import dev.keyledger.command.people.People;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.subscriber.Caller;
import dev.keyledger.subscriber.web.RequestTrace;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Turns a verified request into what a command has to know of it. */
@Component
class Askers {
  private final People people;
  private final Slugs slugs;
  private final Clock clock;

  Askers(People people, Slugs slugs, Clock clock) {
    this.people = people;
    this.slugs = slugs;
    this.clock = clock;
  }

  /** Only people command: a key or a service is {@code forbidden}, whatever its scopes. */
  Asked asked(Caller caller, RequestTrace trace) {
    Actor actor =
        switch (caller.kind()) {
          case OPERATOR -> new Actor(Actor.Kind.OPERATOR, caller.person(), null, caller.session());
          case MEMBER ->
              new Actor(Actor.Kind.MEMBER, caller.person(), caller.member(), caller.session());
          case API_KEY, SERVICE -> throw new Forbidden().toException();
        };
    PersonId person = actor.person();
    SealedText address = person == null ? null : people.seal(person, caller.address()).orElse(null);
    return new Asked(
        actor, new Origin(trace.requestId(), address, trace.traceparent()), clock.instant());
  }

  /**
   * The organisation that a path names by id or slug. Somebody else's is {@code forbidden},
   * existing or not; the operator is told when there is none.
   */
  OrganizationId organization(Caller caller, String org) {
    if (!caller.belongsTo(org)) {
      throw new Forbidden().toException();
    }
    if (caller.organization() != null) {
      return caller.organization();
    }
    if (org.startsWith(OrganizationId.PREFIX)) {
      try {
        return new OrganizationId(org);
      } catch (IllegalArgumentException e) {
        throw new OrganizationNotFound().toException();
      }
    }
    return slugs.find(org).orElseThrow(() -> new OrganizationNotFound().toException());
  }
}
