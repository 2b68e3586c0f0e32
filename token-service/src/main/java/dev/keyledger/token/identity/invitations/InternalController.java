package dev.keyledger.token.identity.invitations;

import static dev.keyledger.kit.internal.ServicePair.COMMAND_TO_TOKEN;
import static dev.keyledger.kit.internal.ServicePair.QUERY_TO_TOKEN;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.sessions.SessionAnswer;
import dev.keyledger.kit.sessions.SessionQuestion;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.outbox.RevocationReceipts;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.enforcement.tokens.LiveSessions;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.Erasure;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.sessions.Fields;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the platform's own services ask about persons and their sessions. The gateway routes nothing
 * here.
 */
@RestController
@RequestMapping("/internal/v1")
class InternalController {
  private static final int MOST_KEYS = 1_000;
  private static final long LONGEST_WAIT = 1_000;

  private final Invitations invitations;
  private final People people;
  private final AcceptedMemberships memberships;
  private final Erasure erasure;
  private final LiveSessions sessions;
  private final RevocationReceipts receipts;

  InternalController(
      Invitations invitations,
      People people,
      AcceptedMemberships memberships,
      Erasure erasure,
      LiveSessions sessions,
      RevocationReceipts receipts) {
    this.receipts = receipts;
    this.sessions = sessions;
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

  /**
   * @param person {@code null} for nobody who is known
   */
  record InviteeAnswer(@Nullable PersonId person) {}

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

  /**
   * @param waitMillis for the end of their sessions to be in force; none where absent
   */
  record ErasureRequest(@Nullable PersonId person, @Nullable Long waitMillis) {}

  record KnownAnswer(boolean known) {}

  /**
   * @param ended how many sessions
   */
  record ErasedAnswer(int ended, boolean inForce) {}

  record KeysAnswer(List<Key> keys) {}

  @PostMapping("/invitations")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<InvitationAnswer> invite(@RequestBody InvitationRequest body) {
    OrganizationId organization = given("organization", body.organization());
    MemberId member = given("member", body.member());
    Invitations.Invited invited = invitations.invite(organization, member, emailOf(body));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new InvitationAnswer(invited.person(), invited.email(), revealed(invited.token())));
  }

  private static <T> T given(String field, @Nullable T value) {
    if (value == null) {
      throw Problem.ofField(field, "The field is missing.").toException();
    }
    return value;
  }

  private static EmailAddress emailOf(InvitationRequest body) {
    return EmailAddress.parse(Fields.required("email", body.email()))
        .orElseThrow(() -> Problem.ofField("email", "This is no e-mail address.").toException());
  }

  /** Who that invitation would be for, if they are known. Nothing is written. */
  @PostMapping("/invitations/invitee")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<InviteeAnswer> invitee(@RequestBody InvitationRequest body) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new InviteeAnswer(invitations.invitee(emailOf(body)).orElse(null)));
  }

  /** Refused as the other would be; nothing is written. */
  @PostMapping("/invitations/again/check")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<AgainAnswer> mustInviteAgain(@RequestBody AgainRequest body) {
    invitations.mustInviteAgain(given("member", body.member()), given("person", body.person()));
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new AgainAnswer(null));
  }

  @PostMapping("/invitations/again")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<AgainAnswer> inviteAgain(@RequestBody AgainRequest body) {
    SecretText token =
        invitations.inviteAgain(
            given("organization", body.organization()),
            given("member", body.member()),
            given("person", body.person()));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new AgainAnswer(revealed(token)));
  }

  private static @Nullable String revealed(@Nullable SecretText token) {
    return token == null ? null : token.revealSecret();
  }

  /** Which of these memberships were accepted. */
  @PostMapping("/memberships/accepted")
  @InternalEndpoint(QUERY_TO_TOKEN)
  AcceptedAnswer accepted(@RequestBody MembersRequest body) {
    List<MemberId> asked = body.members();
    if (asked == null || asked.size() > MOST_KEYS) {
      throw Problem.ofField("members", "Between none and " + MOST_KEYS + " ids are due.")
          .toException();
    }
    return new AcceptedAnswer(memberships.acceptedOf(asked));
  }

  @PostMapping("/people/data-keys")
  @InternalEndpoint({COMMAND_TO_TOKEN, QUERY_TO_TOKEN})
  ResponseEntity<KeysAnswer> dataKeys(@RequestBody KeysRequest body) {
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
  @InternalEndpoint({COMMAND_TO_TOKEN, QUERY_TO_TOKEN})
  ResponseEntity<SessionAnswer> standing(@RequestBody SessionQuestion body) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new SessionAnswer(sessions.isAlive(body)));
  }

  /** Whether there is, or was, such a person. */
  @PostMapping("/people/erasures/check")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<KnownAnswer> mayBeErased(@RequestBody ErasureRequest body) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new KnownAnswer(people.wasEver(given("person", body.person()))));
  }

  /** Erasing the erased is a success too: what was asked for is so. */
  @PostMapping("/people/erasures")
  @InternalEndpoint(COMMAND_TO_TOKEN)
  ResponseEntity<ErasedAnswer> erase(@RequestBody ErasureRequest body) {
    List<StreamPosition> ended = erasure.forget(given("person", body.person())).orElse(List.of());
    Duration wait =
        Duration.ofMillis(
            body.waitMillis() == null ? 0 : Math.clamp(body.waitMillis(), 0, LONGEST_WAIT));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new ErasedAnswer(ended.size(), receipts.await(ended, wait)));
  }
}
