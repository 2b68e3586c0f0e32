package dev.keyledger.command.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.api.Json.MemberJson;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.Asked;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.Refusal.MemberNotFound;
import dev.keyledger.command.people.People;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.subscriber.Caller;
import dev.keyledger.subscriber.Requires;
import dev.keyledger.subscriber.web.RequestTrace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/members", produces = "application/json")
class MemberCommands {
  record NewMember(@Nullable String email, @Nullable Role role) {
    @Override
    public String toString() {
      return "[new member]";
    }
  }

  record NewRole(@Nullable Role role) {}

  record Invited(InvitedMember member, String invitationToken) {
    @Override
    public String toString() {
      return "[invitation of " + member.id() + "]";
    }
  }

  /** Without the person's id: it would tell whether they are known elsewhere. */
  record InvitedMember(MemberId id, String email, Role role, String status, Instant addedAt) {}

  private final Ledger ledger;
  private final People people;
  private final Askers askers;
  private final Answers answers;

  MemberCommands(Ledger ledger, People people, Askers askers, Answers answers) {
    this.ledger = ledger;
    this.people = people;
    this.askers = askers;
    this.answers = answers;
  }

  /** Whoever may not invite finds out before anybody is invited. */
  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.PERSON)
  ResponseEntity<Invited> add(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody NewMember body) {
    String email = Body.required("email", body.email()).strip();
    Role role = Body.required("role", body.role());
    OrganizationId id = askers.organization(caller, org);
    Asked asked = askers.asked(caller, trace);
    ledger.ask(id, organization -> organization.mustGrant(asked, role));
    var member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    People.Invited invited = people.invite(id, member, email);
    Decided decided =
        ledger.execute(new AddMember(id, asked, member, invited.person(), invited.email(), role));
    var json = Json.of(decided.theMember());
    return answers.answer(
        201,
        id,
        decided.position(),
        Prefer.of(prefer),
        new Invited(
            new InvitedMember(json.id(), email, json.role(), json.status(), json.addedAt()),
            invited.token().revealSecret()));
  }

  @PutMapping("/{member}/role")
  @Requires(Requires.PERSON)
  ResponseEntity<MemberJson> changeRole(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @PathVariable String member,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody NewRole body) {
    Role role = Body.required("role", body.role());
    OrganizationId id = askers.organization(caller, org);
    Decided decided =
        ledger.execute(
            new ChangeMemberRole(id, askers.asked(caller, trace), memberId(member), role));
    return answers.answer(
        200, id, decided.position(), Prefer.of(prefer), Json.of(decided.theMember()));
  }

  @DeleteMapping("/{member}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Requires(Requires.PERSON)
  ResponseEntity<Void> remove(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @PathVariable String member,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer) {
    OrganizationId id = askers.organization(caller, org);
    Decided decided =
        ledger.execute(new RemoveMember(id, askers.asked(caller, trace), memberId(member)));
    return answers.nothing(id, decided.position(), Prefer.of(prefer));
  }

  private static MemberId memberId(String text) {
    try {
      return new MemberId(text);
    } catch (IllegalArgumentException e) {
      throw new MemberNotFound().toException();
    }
  }
}
