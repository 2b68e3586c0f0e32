package dev.keyledger.token.identity.mail;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
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
  private static final Set<Integer> DAYS = Set.of(30, 7, 1);
  private static final Pattern SLUG = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * @param organization slug
   * @param people 100 at most
   */
  record LeakLetters(@Nullable String organization, @Nullable List<PersonId> people) {}

  /**
   * @param organization slug
   * @param people 100 at most
   */
  record EndingLetters(
      @Nullable String organization, @Nullable List<PersonId> people, @Nullable Integer daysLeft) {}

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
    String organization = slug(body.organization());
    return told(body.people(), (held, at) -> notices.tellOfLeak(held, organization, at));
  }

  /**
   * That keys of that organisation end within so many days; to whom as of a leak.
   *
   * @param body with the days, 30, 7 or 1
   */
  @PostMapping("/ending-letters")
  @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
  Answer ofEnds(@RequestBody EndingLetters body) {
    String organization = slug(body.organization());
    Integer days = body.daysLeft();
    if (days == null || !DAYS.contains(days)) {
      throw Problem.ofField("days_left", "30, 7 or 1").toException();
    }
    return told(body.people(), (held, at) -> notices.tellOfEnds(held, organization, days, at));
  }

  private static String slug(@Nullable String organization) {
    if (organization == null || !SLUG.matcher(organization).matches()) {
      throw Problem.ofField("organization", "The slug of an organization is due.").toException();
    }
    return organization;
  }

  private Answer told(@Nullable List<PersonId> whom, BiPredicate<HeldPerson, Instant> notice) {
    if (whom == null || whom.size() > MOST) {
      throw Problem.ofField("people", MOST + " at most").toException();
    }
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    int put = 0;
    for (PersonId person : whom) {
      Boolean told =
          transactions.execute(
              status -> people.hold(person).filter(held -> notice.test(held, at)).isPresent());
      put += Boolean.TRUE.equals(told) ? 1 : 0;
    }
    return new Answer(put);
  }
}
