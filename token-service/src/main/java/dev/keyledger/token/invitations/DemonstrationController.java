package dev.keyledger.token.invitations;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.subscriber.Problem;
import dev.keyledger.subscriber.PublicEndpoint;
import dev.keyledger.token.people.DemonstrationPeople;
import dev.keyledger.token.people.EmailAddress;
import dev.keyledger.token.sessions.Fields;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Makes people whose passwords everybody knows; not there without the demonstration flag. */
@RestController
@ConditionalOnBooleanProperty("keyledger.demonstration")
class DemonstrationController {
  private final InternalCallers callers;
  private final DemonstrationPeople people;

  DemonstrationController(InternalCallers callers, DemonstrationPeople people) {
    this.callers = callers;
    this.people = people;
  }

  /**
   * @param totpSecret base32; absent for nobody's second step
   */
  record DemonstrationPerson(
      @Nullable String email,
      @Nullable String password,
      @Nullable String totpSecret,
      @Nullable Boolean operator) {
    @Override
    public String toString() {
      return "[demonstration person]";
    }
  }

  record Made(PersonId person) {}

  @PostMapping("/internal/v1/demonstration/people")
  @PublicEndpoint(because = "it takes an internal token of the demonstration's seeder")
  Made make(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody DemonstrationPerson body) {
    callers.require(authorization);
    EmailAddress email =
        EmailAddress.parse(Fields.required("email", body.email()))
            .orElseThrow(
                () -> Problem.ofField("email", "This is no e-mail address.").toException());
    return new Made(
        people.make(
            email,
            Fields.required("password", body.password()),
            body.totpSecret(),
            Boolean.TRUE.equals(body.operator())));
  }
}
