package dev.keyledger.query.views;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.KeyViews.Key;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** What there is to say of a key's uses, whatever is asked of them. */
@Component
final class UsedKeys {
  private static final Logger log = LoggerFactory.getLogger(UsedKeys.class);

  /**
   * @param policyAt since when the policy is as it is
   */
  record UsedKey(OrganizationId organization, Key key, Policy policy, Instant policyAt) {}

  private record StoredPolicy(Policy policy, Instant at) {}

  private final Reads reads;
  private final KeyViews keys;
  private final Clock clock;

  UsedKeys(Reads reads, KeyViews keys, Clock clock) {
    this.reads = reads;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code key_not_found}
   * @throws AccessRefusedException where the caller may not read keys; who may read history, the
   *     endpoint says
   */
  ResponseEntity<UsedKey> find(
      Caller caller, String organization, String key, @Nullable String atLeast) {
    if (!caller.may(Permissions.API_KEYS_READ)) {
      throw AccessRefusedException.forbidden().lacking(Permissions.API_KEYS_READ);
    }
    return reads.of(
        caller,
        organization,
        atLeast,
        snapshot -> {
          KeyController.mustSeeKeys(caller, snapshot);
          Key found =
              KeyController.idOf(key)
                  .flatMap(id -> keys.find(snapshot, id))
                  .orElseThrow(KeyController::notFound);
          StoredPolicy policy = policy(snapshot);
          return new UsedKey(snapshot.organization(), found, policy.policy(), policy.at());
        });
  }

  private static StoredPolicy policy(Snapshot snapshot) {
    return snapshot
        .sql("select policy, changed_at from policies@ where organization = :organization")
        .query((row, n) ->
            new StoredPolicy(
                EventCodec.decode(row.getString(1).getBytes(StandardCharsets.UTF_8), Policy.class),
                row.getObject(2, OffsetDateTime.class).toInstant()))
        .single();
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code unavailable} where token-service
   *     doesn't answer
   */
  static <T> T told(Supplier<T> question) {
    try {
      return question.get();
    } catch (UnansweredException e) {
      log.warn("From where a key was used can't be told: {}", e.getMessage());
      throw Problem.of(503, "unavailable", "From where it was used can't be told just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }

  /** Under whose keys the networks are. */
  static Set<PersonId> persons(Stream<Activity.@Nullable Network> networks) {
    return networks
        .filter(Objects::nonNull)
        .map(Activity.Network::sealed)
        .filter(Objects::nonNull)
        .map(sealed -> sealed.person())
        .collect(Collectors.toSet());
  }

  static @Nullable String network(Activity.@Nullable Network network, Opened opened) {
    if (network == null) {
      return null;
    }
    return network.name() != null ? network.name() : opened.text(network.sealed());
  }

  /** A token is granted by a use of the key, or by a refresh. */
  @Nullable Instant accessTokensUntil(UsedKey found, @Nullable Instant refreshedAt) {
    Key key = found.key();
    Policy policy = found.policy();
    if (hasEndedWithItsTokens(found)) {
      return null;
    }
    Instant now = clock.instant();
    return Stream.of(key.lastUsedAt(), refreshedAt)
        .filter(Objects::nonNull)
        .map(at -> at.plus(policy.keyTokens().lifetime()))
        .filter(until -> until.isAfter(now))
        .max(Instant::compareTo)
        .orElse(null);
  }

  static boolean hasEndedWithItsTokens(UsedKey found) {
    Key key = found.key();
    boolean ended = key.status().equals("revoked") || key.status().equals("expired");
    return ended && found.policy().keys().outstandingTokens() == OutstandingTokens.END;
  }
}
