package dev.keyledger.command.people;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invitations and data keys, asked of token-service. */
public final class PeopleClient {
  private static final Logger log = LoggerFactory.getLogger(PeopleClient.class);
  private static final int UNPROCESSABLE = 422;

  /**
   * @param token shown once, to the caller who invited
   */
  public record IssuedInvitation(PersonId person, SealedText email, SecretText token) {}

  private record Invitation(OrganizationId organization, MemberId member, String email) {}

  private record InvitationAnswer(
      PersonId person, SealedText sealedEmail, String invitationToken) {}

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
          answer.person(), answer.sealedEmail(), new SecretText(answer.invitationToken()));
    } catch (UnansweredException e) {
      if (e.status() == UNPROCESSABLE) {
        throw Problem.ofField("email", "This is no e-mail address.").toException();
      }
      throw unavailable(e);
    }
  }

  private static RuntimeException unavailable(UnansweredException e) {
    log.warn("An invitation could not be made: {}", e.getMessage());
    return Problem.of(503, "unavailable", "Invitations are not available just now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  /**
   * The address under the person's own key. Empty when there is no key to be had: then the command
   * goes on without it, since a revocation can't wait for token-service.
   */
  public Optional<SealedText> seal(PersonId person, String address) {
    Optional<SealedText> sealed =
        keys.of(Set.of(person)).keyOf(person).map(key -> key.seal(address, random));
    if (sealed.isEmpty()) {
      unsealed.increment();
    }
    return sealed;
  }
}
