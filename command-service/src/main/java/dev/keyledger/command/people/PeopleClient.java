package dev.keyledger.command.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.kit.web.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Invitations and data keys, asked of token-service. */
public final class PeopleClient {
  private static final Logger log = LoggerFactory.getLogger(PeopleClient.class);
  private static final String NAME = "command-service";
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final int MOST_KEPT = 10_000;
  private static final int UNPROCESSABLE = 422;

  /**
   * @param token shown once, to the caller who invited
   */
  public record IssuedInvitation(PersonId person, SealedText email, SecretText token) {}

  private record Invitation(OrganizationId organization, MemberId member, String email) {}

  private record InvitationAnswer(
      PersonId person, SealedText sealedEmail, String invitationToken) {}

  private record Question(List<PersonId> people) {}

  private record DataKey(PersonId person, String material) {}

  private record DataKeys(List<DataKey> keys) {}

  private final RestClient tokenService;
  private final InternalTokens tokens;
  private final SecureRandom random;
  private final Counter unsealed;
  private final Cache<PersonId, Optional<PersonKey>> known =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(KEPT).build();

  PeopleClient(
      RestClient tokenService, InternalTokens tokens, SecureRandom random, MeterRegistry meters) {
    this.tokenService = tokenService;
    this.tokens = tokens;
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
          post(
              "/internal/v1/invitations",
              new Invitation(organization, member, email),
              InvitationAnswer.class);
      return new IssuedInvitation(
          answer.person(), answer.sealedEmail(), new SecretText(answer.invitationToken()));
    } catch (HttpClientErrorException e) {
      if (e.getStatusCode().value() == UNPROCESSABLE) {
        throw Problem.ofField("email", "This is no e-mail address.").toException();
      }
      throw unavailable(e);
    } catch (RestClientException | EventCodec.UnreadableException e) {
      throw unavailable(e);
    }
  }

  private static RuntimeException unavailable(Exception e) {
    log.warn("token-service did not take an invitation: {}", e.getClass().getSimpleName());
    return Problem.of(503, "unavailable", "Invitations are not available just now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  /**
   * The address under the person's own key. Empty when there is no key to be had: then the command
   * goes on without it, since a revocation can't wait for token-service.
   */
  public Optional<SealedText> seal(PersonId person, String address) {
    Optional<SealedText> sealed = keyOf(person).map(key -> key.seal(address, random));
    if (sealed.isEmpty()) {
      unsealed.increment();
    }
    return sealed;
  }

  private Optional<PersonKey> keyOf(PersonId person) {
    Optional<PersonKey> cached = known.getIfPresent(person);
    if (cached != null) {
      return cached;
    }
    try {
      var answer =
          post("/internal/v1/people/data-keys", new Question(List.of(person)), DataKeys.class);
      Optional<PersonKey> key =
          answer.keys().stream()
              .filter(k -> k.person().equals(person))
              .map(k -> new PersonKey(person, Base64.getUrlDecoder().decode(k.material())))
              .findFirst();
      known.put(person, key);
      return key;
    } catch (RestClientException | EventCodec.UnreadableException | IllegalArgumentException e) {
      log.warn("token-service gives no data keys just now: {}", e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  private <T> T post(String path, Record body, Class<T> answer) {
    byte[] bytes =
        tokenService
            .post()
            .uri(path)
            .headers(h -> h.setBearerAuth(tokens.make(NAME)))
            .contentType(MediaType.APPLICATION_JSON)
            .body(EventCodec.encode(body))
            .retrieve()
            .body(byte[].class);
    return EventCodec.decode(bytes == null ? new byte[0] : bytes, answer);
  }
}
