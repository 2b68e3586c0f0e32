package dev.keyledger.token.identity.invitations;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalCallers;
import dev.keyledger.kit.sessions.SessionAnswer;
import dev.keyledger.kit.sessions.SessionQuestion;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.tokens.LiveSessions;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.Erasure;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.sessions.Fields;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the platform's own services ask about persons and their sessions. The gateway routes nothing
 * here.
 */
@RestController
@RequestMapping("/internal/v1")
class InternalController {
  private static final String BECAUSE = "it takes an internal token of one of our services";
  private static final int MOST_KEYS = 1_000;

  private final InternalCallers callers;
  private final Invitations invitations;
  private final People people;
  private final AcceptedMemberships memberships;
  private final Erasure erasure;
  private final LiveSessions sessions;

  InternalController(
      InternalCallers callers,
      Invitations invitations,
      People people,
      AcceptedMemberships memberships,
      Erasure erasure,
      LiveSessions sessions) {
    this.sessions = sessions;
    this.callers = callers;
    this.invitations = invitations;
    this.people = people;
    this.memberships = memberships;
    this.erasure = erasure;
  }

  record InvitationRequest(
      @Nullable OrganizationId organization, @Nullable MemberId member, @Nullable String email) {
    @Override
    public String toString() {
      return "[invitation to " + organization + "]";
    }
  }

  /**
   * @param invitationToken {@code null} where it was mailed
   */
  record InvitationAnswer(
      PersonId person, SealedText sealedEmail, @Nullable String invitationToken) {
    @Override
    public String toString() {
      return "[invitation of " + person + "]";
    }
  }

  record AgainRequest(
      @Nullable OrganizationId organization, @Nullable MemberId member, @Nullable PersonId person) {
    @Override
    public String toString() {
      return "[invitation to " + organization + "]";
    }
  }

  /**
   * @param invitationToken {@code null} where it was mailed
   */
  record AgainAnswer(@Nullable String invitationToken) {
    @Override
    public String toString() {
      return "[invitation]";
    }
  }

  record MembersRequest(@Nullable List<MemberId> members) {}

  record AcceptedAnswer(List<MemberId> accepted) {}

  record KeysRequest(@Nullable List<PersonId> people) {}

  /**
   * @param material base64url without padding
   */
  record Key(PersonId person, String material) {
    @Override
    public String toString() {
      return "[data key of " + person + "]";
    }
  }

  record KeysAnswer(List<Key> keys) {}

  @PostMapping("/invitations")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<InvitationAnswer> invite(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody InvitationRequest body) {
    callers.require(authorization);
    if (body.organization() == null || body.member() == null) {
      throw Problem.ofField(
              body.organization() == null ? "organization" : "member", "The field is missing.")
          .toException();
    }
    EmailAddress email =
        EmailAddress.parse(Fields.required("email", body.email()))
            .orElseThrow(
                () -> Problem.ofField("email", "This is no e-mail address.").toException());
    Invitations.Invited invited = invitations.invite(body.organization(), body.member(), email);
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new InvitationAnswer(invited.person(), invited.email(), revealed(invited.token())));
  }

  @PostMapping("/invitations/again")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<AgainAnswer> inviteAgain(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody AgainRequest body) {
    callers.require(authorization);
    if (body.organization() == null || body.member() == null || body.person() == null) {
      throw Problem.ofField(
              body.organization() == null
                  ? "organization"
                  : body.member() == null ? "member" : "person",
              "The field is missing.")
          .toException();
    }
    SecretText token = invitations.inviteAgain(body.organization(), body.member(), body.person());
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new AgainAnswer(revealed(token)));
  }

  private static @Nullable String revealed(@Nullable SecretText token) {
    return token == null ? null : token.revealSecret();
  }

  /** Which of these memberships were accepted. */
  @PostMapping("/memberships/accepted")
  @PublicEndpoint(because = BECAUSE)
  AcceptedAnswer accepted(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody MembersRequest body) {
    callers.require(authorization);
    List<MemberId> asked = body.members();
    if (asked == null || asked.size() > MOST_KEYS) {
      throw Problem.ofField("members", "Between none and " + MOST_KEYS + " ids are due.")
          .toException();
    }
    return new AcceptedAnswer(memberships.acceptedOf(asked));
  }

  @PostMapping("/people/data-keys")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<KeysAnswer> dataKeys(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody KeysRequest body) {
    callers.require(authorization);
    List<PersonId> asked = body.people();
    if (asked == null || asked.size() > MOST_KEYS) {
      throw Problem.ofField("people", "Between none and " + MOST_KEYS + " ids are due.")
          .toException();
    }
    List<Key> keys =
        people.materialOf(asked.stream().distinct().toList()).stream()
            .map(key ->
                new Key(
                    key.person(),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key.material())))
            .toList();
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new KeysAnswer(keys));
  }

  /** By PostgreSQL alone, so that it can be told while Kafka is away. */
  @PostMapping("/sessions/standing")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<SessionAnswer> standing(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @RequestBody SessionQuestion body) {
    callers.require(authorization);
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new SessionAnswer(sessions.isAlive(body)));
  }

  /** Erasing the erased is a success too: what was asked for is so. */
  @DeleteMapping("/people/{person}")
  @PublicEndpoint(because = BECAUSE)
  ResponseEntity<Void> erase(
      @RequestHeader(name = "Authorization", required = false) @Nullable String authorization,
      @PathVariable PersonId person) {
    callers.require(authorization);
    erasure.erase(person);
    return ResponseEntity.noContent().build();
  }
}
