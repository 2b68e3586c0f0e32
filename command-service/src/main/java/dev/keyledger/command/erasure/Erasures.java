package dev.keyledger.command.erasure;

import dev.keyledger.command.PlatformOrganization;
import dev.keyledger.command.ledger.Foreseen;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Consequences;
import dev.keyledger.command.organization.PersonCommand.ErasePerson;
import dev.keyledger.command.organization.Refusal.LastOwner;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Erases persons. Whatever may speak against it is asked first, and nothing is written then. The
 * platform's event decides it, for ever; from there on each step can be taken again, by any
 * replica, until all are done: the memberships in each organisation, then all that token-service
 * has, the data key first.
 */
@Component
public final class Erasures {
  private static final Logger log = LoggerFactory.getLogger(Erasures.class);
  private static final int BATCH = 20;

  /**
   * @param complete whether each step is done; what isn't goes on by itself
   * @param organizations at which position each said so, or something later
   * @param sessions that ended by this; {@code null} while token-service doesn't say
   */
  public record Erased(
      PersonId person,
      long position,
      Instant at,
      boolean complete,
      Map<OrganizationId, Long> organizations,
      PeopleClient.@Nullable ErasedSessions sessions) {}

  /**
   * @param platform what the platform's organisation would decide
   * @param organizations what would come of it in each that the person belongs or belonged to
   */
  public record Foretold(Foreseen platform, Map<OrganizationId, Foreseen> organizations) {}

  private final ErasureTable table;
  private final Ledger ledger;
  private final PeopleClient people;
  private final Clock clock;

  Erasures(ErasureTable table, Ledger ledger, PeopleClient people, Clock clock) {
    this.table = table;
    this.ledger = ledger;
    this.people = people;
    this.clock = clock;
  }

  /**
   * Again, the same comes of it; and what wasn't done is.
   *
   * @param patience how long token-service may wait for the ended sessions to be in force
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code person_not_found}, 409 {@code
   *     own_person} and {@code last_owner}, 503 while token-service can't be asked; nothing is
   *     decided then
   */
  public Erased erase(PersonId person, CommandContext context, Duration patience) {
    if (table.find(person).isEmpty()) {
      decide(person, context);
    }
    return carryOut(table.find(person).orElseThrow(), context, patience);
  }

  private void decide(PersonId person, CommandContext context) {
    CommandContext asking = context.dry();
    mustBeErasable(person, context);
    var unused = consequences(person, asking);
    try {
      var event = ledger.execute(platforms(person, context));
      log.info("A person is to be erased: event {} of the platform's", event.position());
    } catch (ErasedBeforeException e) {
      log.debug("Another request was quicker", e);
    }
  }

  /**
   * What it would do.
   *
   * @param context of a dry run
   * @throws dev.keyledger.kit.web.ProblemException as {@link #erase}
   */
  public Foretold foretell(PersonId person, CommandContext context) {
    Foreseen platform = ledger.foresee(platforms(person, context));
    if (table.find(person).isPresent()) {
      var nothing =
          new Foreseen(
              platform.position(),
              platform.at(),
              Consequences.ofTheFirst(List.of()),
              null,
              platform.quota());
      return new Foretold(nothing, Map.of());
    }
    mustBeErasable(person, context);
    return new Foretold(platform, consequences(person, context));
  }

  private static ErasePerson platforms(PersonId person, CommandContext context) {
    return new ErasePerson(PlatformOrganization.ID, context, person, true);
  }

  private void mustBeErasable(PersonId person, CommandContext context) {
    // Somebody has to be left who can do this.
    if (person.equals(context.actor().person())) {
      throw Problem.of(409, "own_person", "Nobody erases themselves; another operator may.")
          .toException();
    }
    if (!people.isKnown(person)) {
      throw Problem.of(404, "person_not_found", "There is no such person.").toException();
    }
  }

  private Map<OrganizationId, Foreseen> consequences(PersonId person, CommandContext asking) {
    var foreseen = new LinkedHashMap<OrganizationId, Foreseen>();
    var lastOwnerOf = new ArrayList<String>();
    for (OrganizationId organization : table.organizationsOf(person)) {
      try {
        foreseen.put(
            organization, ledger.foresee(new ErasePerson(organization, asking, person, false)));
      } catch (RefusedException e) {
        if (!(e.refusal() instanceof LastOwner)) {
          throw e;
        }
        lastOwnerOf.add(organization.value());
      }
    }
    if (!lastOwnerOf.isEmpty()) {
      throw Problem.of(409, new LastOwner().code(), "An organization keeps at least one owner.")
          .with("organizations", lastOwnerOf)
          .toException();
    }
    return foreseen;
  }

  /** What was decided and isn't done, if nobody is about it. */
  public void resume() {
    for (Erasure erasure : table.claim(BATCH)) {
      Erased unused = carryOut(erasure, null, Duration.ZERO);
    }
  }

  private Erased carryOut(Erasure erasure, @Nullable CommandContext asked, Duration patience) {
    PersonId person = erasure.person();
    CommandContext context = contextOf(erasure, asked);
    var organizations = new LinkedHashMap<OrganizationId, Long>();
    boolean complete = true;
    for (OrganizationId organization : table.organizationsOf(person)) {
      try {
        organizations.put(
            organization,
            ledger.execute(new ErasePerson(organization, context, person, true)).position());
      } catch (RuntimeException e) {
        complete = false;
        log.warn("A person is not erased in {} yet", organization, e);
      }
    }
    PeopleClient.ErasedSessions sessions = null;
    try {
      sessions = people.erase(person, patience);
    } catch (RuntimeException e) {
      complete = false;
      log.warn("token-service has not erased a person yet: {}", e.getMessage());
    }
    if (complete) {
      table.done(person);
    } else {
      table.release(person);
    }
    return new Erased(person, erasure.position(), erasure.at(), complete, organizations, sessions);
  }

  /** Of who decided it; once all is done there is nothing that anybody could be named for. */
  private CommandContext contextOf(Erasure erasure, @Nullable CommandContext asked) {
    if (erasure.context() != null) {
      return new CommandContext(
          erasure.context().actor(), erasure.context().origin(), clock.instant());
    }
    if (asked == null) {
      throw new IllegalStateException("what is done isn't carried out again");
    }
    return asked;
  }
}
