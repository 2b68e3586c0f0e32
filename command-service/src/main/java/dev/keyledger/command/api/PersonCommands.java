package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.PlatformOrganization;
import dev.keyledger.command.erasure.Erasures;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.people.PeopleClient.ErasedSessions;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the operator does to persons, wherever they belong. */
@RestController
class PersonCommands {
  /**
   * @param position of the platform's event
   * @param complete whether all of it is done; what isn't goes on by itself
   * @param sessions {@code null} where none ended by this, or token-service doesn't say
   */
  record ErasedPerson(
      PersonId person,
      Instant erasedAt,
      long position,
      boolean complete,
      List<InOrganization> organizations,
      @Nullable ErasedSessions sessions) {}

  record InOrganization(OrganizationId organization, long position, boolean inForce) {}

  /** As of every command, and beside it what would come of it in other organisations. */
  record ErasureDryRun(
      @JsonUnwrapped DryRuns.DryRun platform, List<OrganizationDryRun> organizations) {}

  record OrganizationDryRun(OrganizationId organization, @JsonUnwrapped DryRuns.DryRun dryRun) {}

  private final Erasures erasures;
  private final Answers answers;
  private final RefusedUses uses;

  PersonCommands(Erasures erasures, Answers answers, RefusedUses uses) {
    this.erasures = erasures;
    this.answers = answers;
    this.uses = uses;
  }

  /** For ever: 200 once all is done, 202 while something is left that goes on by itself. */
  @PostMapping(path = "/v1/platform/persons/{person}/erase", produces = "application/json")
  @Requires(Requires.OPERATOR)
  ResponseEntity<?> erase(@PathVariable String person, CommandContext context, Prefer prefer) {
    PersonId id = personId(person);
    if (context.dryRun()) {
      return foretold(erasures.foretell(id, context));
    }
    Erasures.Erased erased = erasures.erase(id, context, prefer.patience());
    var positions = new LinkedHashMap<>(erased.organizations());
    positions.put(PlatformOrganization.ID, erased.position());
    Map<OrganizationId, Boolean> inForce = answers.inForce(positions, prefer);
    // Of sessions that had ended before, nothing is said.
    ErasedSessions ended = erased.sessions();
    ErasedSessions sessions = ended == null || ended.ended() == 0 ? null : ended;
    boolean all =
        erased.complete()
            && inForce.values().stream().allMatch(one -> one)
            && (sessions == null || sessions.inForce());
    var answer =
        ResponseEntity.status(erased.complete() ? 200 : 202)
            .cacheControl(CacheControl.noStore())
            .header(Answers.POSITION, String.valueOf(erased.position()))
            .header(Answers.IN_FORCE, String.valueOf(all));
    if (prefer.asked()) {
      answer.header("Preference-Applied", prefer.applied());
    }
    return answer.body(
        new ErasedPerson(
            id,
            erased.at(),
            erased.position(),
            erased.complete(),
            erased.organizations().entrySet().stream()
                .map(one ->
                    new InOrganization(
                        one.getKey(), one.getValue(), inForce.getOrDefault(one.getKey(), false)))
                .toList(),
            sessions));
  }

  private ResponseEntity<ErasureDryRun> foretold(Erasures.Foretold foretold) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.valueOf(DryRuns.TYPE))
        .header(Answers.POSITION, String.valueOf(foretold.platform().position()))
        .body(
            new ErasureDryRun(
                DryRuns.of(foretold.platform(), uses),
                foretold.organizations().entrySet().stream()
                    .map(one ->
                        new OrganizationDryRun(one.getKey(), DryRuns.of(one.getValue(), uses)))
                    .toList()));
  }

  private static PersonId personId(String text) {
    try {
      return new PersonId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.of(404, "person_not_found", "There is no such person.").toException();
    }
  }
}
