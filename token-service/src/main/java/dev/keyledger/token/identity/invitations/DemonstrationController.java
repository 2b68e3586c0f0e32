package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.DemonstrationPeople;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.sessions.Fields;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Makes people whose passwords are public; not there without the demonstration flag. */
@RestController
@ConditionalOnBooleanProperty("keyledger.demonstration")
class DemonstrationController {
  private final DemonstrationPeople people;
  private final AccessState state;
  private final AcceptedMemberships memberships;
  private final Clock clock;

  DemonstrationController(
      DemonstrationPeople people, AccessState state, AcceptedMemberships memberships, Clock clock) {
    this.people = people;
    this.state = state;
    this.memberships = memberships;
    this.clock = clock;
  }

  /**
   * @param totpSecret base32; absent for no second step
   * @param acceptMemberships whether to accept for them every membership that is live, so that a
   *     seeder that was interrupted needs no invitation that it has lost
   */
  record DemonstrationPerson(
      @Nullable String email,
      @Nullable String password,
      @Nullable String totpSecret,
      @Nullable Boolean operator,
      @Nullable Boolean acceptMemberships) {
    @Override
    public String toString() {
      return "[demonstration person]";
    }
  }

  /**
   * @param members that were accepted now or before; empty where that wasn't asked for
   */
  record Made(PersonId person, List<MemberId> members) {}

  @PostMapping("/internal/v1/demonstration/people")
  @InternalEndpoint(ServicePair.SEEDER_TO_TOKEN)
  Made make(@RequestBody DemonstrationPerson body) {
    EmailAddress email =
        EmailAddress.parse(Fields.required("email", body.email()))
            .orElseThrow(
                () -> Problem.ofField("email", "This is no e-mail address.").toException());
    PersonId person =
        people.make(
            email,
            Fields.required("password", body.password()),
            body.totpSecret(),
            Boolean.TRUE.equals(body.operator()));
    return new Made(
        person, Boolean.TRUE.equals(body.acceptMemberships()) ? accepted(person) : List.of());
  }

  private List<MemberId> accepted(PersonId person) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return state.membershipsOf(person).stream()
        .map(member -> {
          memberships.accept(person, member.organization(), member.id(), at);
          return member.id();
        })
        .toList();
  }
}
