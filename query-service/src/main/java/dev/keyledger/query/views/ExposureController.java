package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.people.KeyUsage;
import dev.keyledger.query.people.KeyUsage.ExposedPlace;
import dev.keyledger.query.views.UsedKeys.UsedKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What may be in bad hands, for who found that a key was in others'. */
@RestController
class ExposureController {
  record ShownExposure(
      KeyId key,
      Instant since,
      ExposedUses uses,
      ExposedRefreshTokens refreshTokens,
      ExposedAccessTokens accessTokens) {}

  /**
   * @param knownFrom the first day of which all uses are known, of UTC: before it there may have
   *     been more
   * @param count since the day of {@code since}, all of which counts
   * @param networkCount of which {@code networks} are the hundred that used it most
   */
  record ExposedUses(
      LocalDate knownFrom, long count, int networkCount, List<ExposedNetwork> networks) {}

  /**
   * @param network CIDR; {@code null} where {@code kind} isn't {@code network}, and where its
   *     person was erased
   */
  record ExposedNetwork(
      @Nullable String network,
      String kind,
      long uses,
      LocalDate firstUsedOn,
      LocalDate lastUsedOn) {}

  /**
   * @param alive that could be exchanged for others, whenever they were given
   * @param until when the last of them expires; {@code null} for none
   */
  record ExposedRefreshTokens(int alive, @Nullable Instant until) {}

  /**
   * @param alive that were issued since then and whose time isn't up; {@code null} where there may
   *     be others that weren't recorded
   * @param knownFrom since when they are all recorded; {@code null} where they aren't
   * @param until when the last one expires that there may be; {@code null} where there is none
   */
  record ExposedAccessTokens(
      @Nullable Integer alive, @Nullable Instant knownFrom, @Nullable Instant until) {}

  /** A policy is in force everywhere by then. */
  private static final Duration APPLIED_AFTER = Duration.ofMinutes(1);

  private final UsedKeys keys;
  private final KeyUsage usage;
  private final PeopleKeys people;
  private final Clock clock;

  ExposureController(UsedKeys keys, KeyUsage usage, PeopleKeys people, Clock clock) {
    this.keys = keys;
    this.usage = usage;
    this.people = people;
    this.clock = clock;
  }

  /**
   * From which networks it was used since then, and what came of it that is alive. Needs {@code
   * api_keys.read} and {@code audit.read}, as usage does.
   *
   * @param since from when on others may have had it, not in the future; of before it was made
   *     there is nothing
   */
  @GetMapping(path = "/v1/organizations/{org}/keys/{key}/exposure", produces = "application/json")
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<ShownExposure> one(
      Caller caller,
      @PathVariable String org,
      @PathVariable String key,
      @RequestParam(name = "since") String since,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    Instant from = Objects.requireNonNull(Parameters.from("since", since));
    mustNotBeToCome(from);
    ResponseEntity<UsedKey> read = keys.find(caller, org, key, atLeast);
    UsedKey found = Objects.requireNonNull(read.getBody());
    KeyUsage.Exposed told =
        UsedKeys.told(() -> usage.since(found.organization(), found.key().id(), from));
    Opened opened = people.of(UsedKeys.persons(told.places().stream().map(ExposedPlace::network)));
    return Incomplete.mark(read, opened.complete()).body(shown(found, from, told, opened));
  }

  private void mustNotBeToCome(Instant since) {
    if (since.isAfter(clock.instant())) {
      throw Problem.ofField("since", "This time is yet to come.").toException();
    }
  }

  private ShownExposure shown(UsedKey found, Instant since, KeyUsage.Exposed told, Opened opened) {
    return new ShownExposure(
        found.key().id(),
        since,
        new ExposedUses(
            told.knownFrom(),
            told.uses(),
            told.placeCount(),
            told.places().stream()
                .map(place ->
                    new ExposedNetwork(
                        UsedKeys.network(place.network(), opened),
                        place.kind(),
                        place.uses(),
                        place.firstUsedOn(),
                        place.lastUsedOn()))
                .toList()),
        new ExposedRefreshTokens(told.refreshTokens(), told.refreshUntil()),
        accessTokens(found, since, told));
  }

  private ExposedAccessTokens accessTokens(UsedKey found, Instant since, KeyUsage.Exposed told) {
    if (UsedKeys.hasEndedWithItsTokens(found)) {
      return new ExposedAccessTokens(0, found.key().createdAt(), null);
    }
    Instant until = keys.accessTokensUntil(found, told.refreshedAt());
    boolean listed =
        found.policy().listsTokens()
            && found.policy().keyTokens().format() == KeyTokenRules.Format.JWT;
    if (!listed) {
      return new ExposedAccessTokens(null, null, until);
    }
    Instant knownFrom = found.policyAt().plus(APPLIED_AFTER);
    boolean unlistedMayLive =
        knownFrom.plus(found.policy().keyTokens().lifetime()).isAfter(clock.instant());
    return since.isBefore(knownFrom) && unlistedMayLive
        ? new ExposedAccessTokens(null, knownFrom, later(until, told.listedUntil()))
        : new ExposedAccessTokens(told.listedTokens(), knownFrom, told.listedUntil());
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return Stream.of(one, other).filter(Objects::nonNull).max(Instant::compareTo).orElse(null);
  }
}
