package dev.keyledger.command.people;

import dev.keyledger.command.organization.Refusal;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invitations and data keys, asked of token-service. */
public final class PeopleClient {
  private static final Logger log = LoggerFactory.getLogger(PeopleClient.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;
  private static final long LONGEST_WAIT = 1_000;

  /**
   * @param token shown once, to the caller who invited; {@code null} where it was mailed
   */
  public record IssuedInvitation(PersonId person, SealedText email, @Nullable SecretText token) {}

  /**
   * Sessions that ended with their person.
   *
   * @param inForce whether every replica refuses their tokens
   */
  public record ErasedSessions(int ended, boolean inForce) {}

  private record Person(PersonId person) {}

  private record KnownAnswer(boolean known) {}

  private record ErasureQuestion(PersonId person, long waitMillis) {}

  private record InviteeAnswer(@Nullable PersonId person) {}

  private record Invitation(OrganizationId organization, MemberId member, String email) {}

  private record InvitationAnswer(
      PersonId person, SealedText sealedEmail, @Nullable String invitationToken) {}

  private record Again(OrganizationId organization, MemberId member, PersonId person) {}

  private record AgainAnswer(@Nullable String invitationToken) {}

  private record LeakLetters(String organization, List<PersonId> people) {}

  private record EndingLetters(String organization, List<PersonId> people, int daysLeft) {}

  private record LettersAnswer(int put) {}

  private final TokenServiceClient tokenService;
  private final PeopleKeys keys;
  private final SecureRandom random;
  private final Counter unsealed;

  PeopleClient(
      TokenServiceClient tokenService, PeopleKeys keys, SecureRandom random, MeterRegistry meters) {
    this.tokenService = tokenService;
    this.keys = keys;
    this.random = random;
    this.unsealed =
        Counter.builder("keyledger.command.addresses.missing")
            .description("Commands recorded without their caller's address")
            .register(meters);
  }

  /**
   * An invitation for a membership that doesn't exist yet: until it does, it cannot be accepted.
   *
   * @throws dev.keyledger.kit.web.ProblemException 422 for what is no address, 503 when
   *     token-service can't be asked
   */
  public IssuedInvitation invite(OrganizationId organization, MemberId member, String email) {
    try {
      var answer =
          tokenService.post(
              "/internal/v1/invitations",
              new Invitation(organization, member, email),
              InvitationAnswer.class);
      return new IssuedInvitation(
          answer.person(), answer.sealedEmail(), secret(answer.invitationToken()));
    } catch (UnansweredException e) {
      throw uninvited(e);
    }
  }

  /**
   * Who would be invited; nobody is, and nobody comes to be known by it.
   *
   * @return empty for who isn't known yet
   * @throws dev.keyledger.kit.web.ProblemException as {@link #invite}
   */
  public Optional<PersonId> invitee(OrganizationId organization, MemberId member, String email) {
    try {
      return Optional.ofNullable(
          tokenService
              .post(
                  "/internal/v1/invitations/invitee",
                  new Invitation(organization, member, email),
                  InviteeAnswer.class)
              .person());
    } catch (UnansweredException e) {
      throw uninvited(e);
    }
  }

  private static RuntimeException uninvited(UnansweredException e) {
    return e.status() == UNPROCESSABLE
        ? Problem.ofField("email", "This is no e-mail address.").toException()
        : unavailable(e);
  }

  /**
   * Another token for a member who hasn't accepted yet; the former one works no more.
   *
   * @return as {@link IssuedInvitation#token}
   * @throws dev.keyledger.kit.web.ProblemException 404 for who was erased, 409 {@code
   *     invitation_accepted}, 429 {@code too_many_invitations}, 503 when token-service can't be
   *     asked
   */
  public @Nullable SecretText inviteAgain(
      OrganizationId organization, MemberId member, PersonId person) {
    try {
      return secret(
          tokenService
              .post(
                  "/internal/v1/invitations/again",
                  new Again(organization, member, person),
                  AgainAnswer.class)
              .invitationToken());
    } catch (UnansweredException e) {
      throw notInvitedAgain(e);
    }
  }

  /**
   * Whether there would be another token; none is made, and the former one goes on working.
   *
   * @throws dev.keyledger.kit.web.ProblemException as {@link #inviteAgain}
   */
  public void mustInviteAgain(OrganizationId organization, MemberId member, PersonId person) {
    try {
      AgainAnswer unused =
          tokenService.post(
              "/internal/v1/invitations/again/check",
              new Again(organization, member, person),
              AgainAnswer.class);
    } catch (UnansweredException e) {
      throw notInvitedAgain(e);
    }
  }

  private static RuntimeException notInvitedAgain(UnansweredException e) {
    return switch (e.status()) {
      case NOT_FOUND -> new Refusal.MemberNotFound().toException();
      case CONFLICT ->
          Problem.of(CONFLICT, "invitation_accepted", "The invitation was accepted already.")
              .toException();
      case TOO_MANY ->
          Problem.of(
                  TOO_MANY,
                  "too_many_invitations",
                  "The member was invited too often within a short time.")
              .withHeader("Retry-After", "3600")
              .toException();
      default -> unavailable(e);
    };
  }

  private static @Nullable SecretText secret(@Nullable String text) {
    return text == null ? null : new SecretText(text);
  }

  private static RuntimeException unavailable(UnansweredException e) {
    log.warn("An invitation could not be made: {}", e.getMessage());
    return Problem.of(503, "unavailable", "Invitations are not available just now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  /**
   * Whether there is, or was, such a person.
   *
   * @throws dev.keyledger.kit.web.ProblemException 503 when token-service can't be asked
   */
  public boolean isKnown(PersonId person) {
    try {
      return tokenService
          .post("/internal/v1/people/erasures/check", new Person(person), KnownAnswer.class)
          .known();
    } catch (UnansweredException e) {
      log.warn("Whether a person is known can't be told: {}", e.getMessage());
      throw Problem.of(503, "unavailable", "Persons can't be looked up just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }

  /**
   * Has token-service forget them, for ever; again, nothing more comes of it.
   *
   * @param patience how long the answer may wait, {@value #LONGEST_WAIT} ms at most, for their
   *     sessions' end to be in force
   * @throws UnansweredException when that isn't known to be done
   */
  public ErasedSessions erase(PersonId person, Duration patience) {
    return tokenService.post(
        "/internal/v1/people/erasures",
        new ErasureQuestion(person, Math.min(patience.toMillis(), LONGEST_WAIT)),
        ErasedSessions.class);
  }

  /**
   * Has them told by mail, if that is set up, that a secret of a key was found where others can
   * read it. Where token-service can't be asked they aren't: history tells it in any case.
   *
   * @param organization slug of whose key it is
   */
  public void tellOfLeak(String organization, List<PersonId> whom) {
    if (whom.isEmpty()) {
      return;
    }
    try {
      var unused =
          tokenService.post(
              "/internal/v1/people/leak-letters",
              new LeakLetters(organization, whom),
              LettersAnswer.class);
    } catch (UnansweredException e) {
      log.warn("Letters of a leaked key could not be put: {}", e.getMessage());
    }
  }

  /**
   * Has them told by mail, if that is set up, that keys of an organisation end within so many days.
   *
   * @param organization slug of whose keys they are
   * @throws UnansweredException when that isn't known to be done
   */
  public void tellOfEnds(String organization, List<PersonId> whom, int daysLeft) {
    var unused =
        tokenService.post(
            "/internal/v1/people/ending-letters",
            new EndingLetters(organization, whom, daysLeft),
            LettersAnswer.class);
  }

  /**
   * Puts what is personal under the person's own key. Empty when there is no key to be had: then
   * the command goes on without it, since a revocation can't wait for token-service.
   */
  public Optional<Function<String, SealedText>> sealing(PersonId person) {
    Optional<PersonKey> key = keys.of(Set.of(person)).keyOf(person);
    if (key.isEmpty()) {
      unsealed.increment();
    }
    return key.map(k -> text -> k.seal(text, random));
  }
}
