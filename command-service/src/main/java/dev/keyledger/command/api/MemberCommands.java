package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.api.Json.MemberJson;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Foreseen;
import dev.keyledger.command.ledger.ForeseenException;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.Refusal.MemberNotFound;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.web.Prefer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
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

  /**
   * @param invitationToken absent where it was mailed
   */
  record Invited(
      InvitedMember member,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String invitationToken) {
    @Override
    public String toString() {
      return "[invitation of " + member.id() + "]";
    }
  }

  record InvitedAgain(
      MemberJson member,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String invitationToken) {
    @Override
    public String toString() {
      return "[invitation of " + member.id() + "]";
    }
  }

  /** Without the person's id: it would tell whether they are known elsewhere. */
  record InvitedMember(MemberId id, String email, Role role, String status, Instant addedAt) {}

  private final Ledger ledger;
  private final PeopleClient people;
  private final Answers answers;

  MemberCommands(Ledger ledger, PeopleClient people, Answers answers) {
    this.ledger = ledger;
    this.people = people;
    this.answers = answers;
  }

  /** A caller who may not invite is refused before an invitation goes out. */
  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.PERSON)
  ResponseEntity<Invited> add(
      @RequestBody NewMember body, OrganizationId id, CommandContext context, Prefer prefer) {
    String email = Body.required("email", body.email()).strip();
    Role role = Body.required("role", body.role());
    var member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    if (context.dryRun()) {
      throw foreseenAddition(id, context, member, email, role);
    }
    ledger.execute(new CheckInvitation(id, context, member, role));
    PeopleClient.IssuedInvitation invited = people.invite(id, member, email);
    Decided decided =
        ledger.execute(new AddMember(id, context, member, invited.person(), invited.email(), role));
    var json = Json.of(decided.theMember());
    return answers.answer(
        201,
        id,
        decided,
        prefer,
        new Invited(
            new InvitedMember(json.id(), email, json.role(), json.status(), json.addedAt()),
            revealed(invited.token())));
  }

  /** By the same steps; but nobody is invited, and nobody comes to be known by it. */
  private ForeseenException foreseenAddition(
      OrganizationId id, CommandContext context, MemberId member, String email, Role role) {
    Foreseen unused = ledger.foresee(new CheckInvitation(id, context, member, role));
    PersonId person =
        people
            .invitee(id, member, email)
            .orElseGet(() -> PersonId.of(UuidCreator.getTimeOrderedEpoch()));
    return ledger
        .foresee(new AddMember(id, context, member, person, new SealedText(person, ""), role))
        .toException();
  }

  /** For a member who hasn't accepted yet. */
  @PostMapping("/{member}/invitation")
  @Requires(Requires.PERSON)
  ResponseEntity<InvitedAgain> inviteAgain(
      @PathVariable String member, OrganizationId id, CommandContext context, Prefer prefer) {
    var check = new CheckInvitationAgain(id, context, memberId(member));
    if (context.dryRun()) {
      Foreseen foreseen = ledger.foresee(check);
      people.mustInviteAgain(id, check.member(), foreseen.theMember().person());
      throw foreseen.toException();
    }
    Decided decided = ledger.execute(check);
    Member invited = decided.theMember();
    SecretText token = people.inviteAgain(id, invited.id(), invited.person());
    return answers.answer(
        200, id, decided, prefer, new InvitedAgain(Json.of(invited), revealed(token)));
  }

  private static @Nullable String revealed(@Nullable SecretText token) {
    return token == null ? null : token.revealSecret();
  }

  @PutMapping("/{member}/role")
  @Requires(Requires.PERSON)
  ResponseEntity<MemberJson> changeRole(
      @PathVariable String member,
      @RequestBody NewRole body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    Role role = Body.required("role", body.role());
    Decided decided = ledger.execute(new ChangeMemberRole(id, context, memberId(member), role));
    return answers.answer(200, id, decided, prefer, Json.of(decided.theMember()));
  }

  @DeleteMapping("/{member}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Requires(Requires.PERSON)
  ResponseEntity<Void> remove(
      @PathVariable String member, OrganizationId id, CommandContext context, Prefer prefer) {
    Decided decided = ledger.execute(new RemoveMember(id, context, memberId(member)));
    return answers.nothing(id, decided, prefer);
  }

  private static MemberId memberId(String text) {
    try {
      return new MemberId(text);
    } catch (IllegalArgumentException e) {
      throw new MemberNotFound().toException();
    }
  }
}
