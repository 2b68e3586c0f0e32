package dev.keyledger.token.identity.mail;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.identity.people.People;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What command-service has people told by mail. */
@RestController
@RequestMapping("/internal/v1/people")
class InternalLettersController {
  private static final int MOST = 100;
  private static final Pattern SLUG = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * @param organization slug
   * @param people 100 at most
   */
  record LeakLetters(@Nullable String organization, @Nullable List<PersonId> people) {}

  /**
   * @param put letters that will go
   */
  record Answer(int put) {}

  private final Notices notices;
  private final People people;
  private final TransactionOperations transactions;
  private final Clock clock;

  InternalLettersController(
      Notices notices, People people, TransactionOperations transactions, Clock clock) {
    this.notices = notices;
    this.people = people;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * That a secret of a key of that organisation was found where others can read it. Who was erased,
   * or whose address isn't proven, gets no letter, and nobody does where no mail is set up.
   */
  @PostMapping("/leak-letters")
  @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
  Answer ofLeak(@RequestBody LeakLetters body) {
    String organization = body.organization();
    if (organization == null || !SLUG.matcher(organization).matches()) {
      throw Problem.ofField("organization", "The slug of an organization is due.").toException();
    }
    List<PersonId> whom = body.people();
    if (whom == null || whom.size() > MOST) {
      throw Problem.ofField("people", MOST + " at most").toException();
    }
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    int put = 0;
    for (PersonId person : whom) {
      put +=
          Boolean.TRUE.equals(transactions.execute(status -> told(person, organization, at)))
              ? 1
              : 0;
    }
    return new Answer(put);
  }

  private boolean told(PersonId person, String organization, Instant at) {
    return people
        .hold(person)
        .filter(held -> notices.tellOfLeak(held, organization, at))
        .isPresent();
  }
}
