package dev.keyledger.query.views;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.people.KeyUsage;
import dev.keyledger.query.people.KeyUsage.PlaceOfUse;
import dev.keyledger.query.views.KeyViews.Key;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who uses a key, for who is about to end it. */
@RestController
class UsageController {
  private static final Logger log = LoggerFactory.getLogger(UsageController.class);

  /**
   * @param lastUsedAt {@code null} for never, as far as is known
   * @param since the first day that is looked at, of UTC
   * @param networkCount of which {@code networks} are the hundred that used it most
   */
  record ShownUsage(
      KeyId key,
      @Nullable Instant lastUsedAt,
      LocalDate since,
      UseCounts uses,
      int networkCount,
      List<NetworkOfUse> networks,
      DerivedOfKey derived) {}

  record UseCounts(long today, long lastSevenDays, long lastThirtyDays) {}

  /**
   * @param network CIDR; {@code null} where {@code kind} isn't {@code network}, and where its
   *     person was erased
   */
  record NetworkOfUse(
      @Nullable String network, String kind, UseCounts uses, LocalDate lastUsedOn) {}

  /**
   * What was obtained with it and works on by itself for as long as the key does.
   *
   * @param refreshTokens that could be exchanged for others
   * @param refreshTokensUntil when the last of them expires; {@code null} for none
   * @param accessTokensUntil when the last access token expires that there may be; {@code null}
   *     where there is none any more
   */
  record DerivedOfKey(
      int refreshTokens,
      @Nullable Instant refreshTokensUntil,
      @Nullable Instant accessTokensUntil) {}

  private record UsedKey(OrganizationId organization, Key key, Policy policy) {}

  private final Reads reads;
  private final KeyViews keys;
  private final KeyUsage usage;
  private final PeopleKeys people;
  private final Clock clock;

  UsageController(Reads reads, KeyViews keys, KeyUsage usage, PeopleKeys people, Clock clock) {
    this.reads = reads;
    this.keys = keys;
    this.usage = usage;
    this.people = people;
    this.clock = clock;
  }

  /**
   * From which networks it was used lately, and what came of it that still works. Needs {@code
   * api_keys.read} and, as the same networks in history do, {@code audit.read}.
   */
  @GetMapping(path = "/v1/organizations/{org}/keys/{key}/usage", produces = "application/json")
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<ShownUsage> one(
      Caller caller,
      @PathVariable String org,
      @PathVariable String key,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    if (!caller.may(Permissions.API_KEYS_READ)) {
      throw AccessRefusedException.forbidden().lacking(Permissions.API_KEYS_READ);
    }
    ResponseEntity<UsedKey> read =
        reads.of(
            caller,
            org,
            atLeast,
            snapshot -> {
              KeyController.mustSeeKeys(caller, snapshot);
              Key found =
                  KeyController.idOf(key)
                      .flatMap(id -> keys.find(snapshot, id))
                      .orElseThrow(KeyController::notFound);
              return new UsedKey(snapshot.organization(), found, policy(snapshot));
            });
    UsedKey found = Objects.requireNonNull(read.getBody());
    KeyUsage.Of counted = counted(found);
    Opened opened = people.of(persons(counted));
    return Incomplete.mark(read, opened.complete()).body(shown(found, counted, opened));
  }

  private KeyUsage.Of counted(UsedKey found) {
    try {
      return usage.of(found.organization(), found.key().id());
    } catch (UnansweredException e) {
      log.warn("From where a key was used can't be told: {}", e.getMessage());
      throw Problem.of(503, "unavailable", "From where it was used can't be told just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }

  private static Policy policy(Snapshot snapshot) {
    String policy =
        snapshot
            .sql("select policy from policies@ where organization = :organization")
            .query(String.class)
            .single();
    return EventCodec.decode(policy.getBytes(StandardCharsets.UTF_8), Policy.class);
  }

  private static Set<PersonId> persons(KeyUsage.Of counted) {
    return counted.places().stream()
        .map(PlaceOfUse::network)
        .filter(Objects::nonNull)
        .map(Activity.Network::sealed)
        .filter(Objects::nonNull)
        .map(sealed -> sealed.person())
        .collect(Collectors.toSet());
  }

  private ShownUsage shown(UsedKey found, KeyUsage.Of counted, Opened opened) {
    return new ShownUsage(
        found.key().id(),
        found.key().lastUsedAt(),
        counted.since(),
        new UseCounts(counted.today(), counted.week(), counted.all()),
        counted.placeCount(),
        counted.places().stream()
            .map(place ->
                new NetworkOfUse(
                    network(place.network(), opened),
                    place.kind(),
                    new UseCounts(place.today(), place.week(), place.all()),
                    place.lastUsedOn()))
            .toList(),
        new DerivedOfKey(
            counted.refreshTokens(),
            counted.refreshUntil(),
            accessTokensUntil(found, counted.refreshedAt())));
  }

  private static @Nullable String network(Activity.@Nullable Network network, Opened opened) {
    if (network == null) {
      return null;
    }
    return network.name() != null ? network.name() : opened.text(network.sealed());
  }

  /** A token is granted by a use of the key, or by a refresh. */
  private @Nullable Instant accessTokensUntil(UsedKey found, @Nullable Instant refreshedAt) {
    Key key = found.key();
    Policy policy = found.policy();
    boolean ended = key.status().equals("revoked") || key.status().equals("expired");
    if (ended && policy.keys().outstandingTokens() == OutstandingTokens.END) {
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
}
