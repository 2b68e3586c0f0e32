package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.people.KeyUsage;
import dev.keyledger.query.people.KeyUsage.PlaceOfUse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who uses a key, for who is about to end it. */
@RestController
class UsageController {
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

  private final UsedKeys keys;
  private final KeyUsage usage;
  private final PeopleKeys people;

  UsageController(UsedKeys keys, KeyUsage usage, PeopleKeys people) {
    this.keys = keys;
    this.usage = usage;
    this.people = people;
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
    ResponseEntity<UsedKeys.UsedKey> read = keys.find(caller, org, key, atLeast);
    UsedKeys.UsedKey found = Objects.requireNonNull(read.getBody());
    KeyUsage.Of counted = UsedKeys.told(() -> usage.of(found.organization(), found.key().id()));
    Opened opened = people.of(UsedKeys.persons(counted.places().stream().map(PlaceOfUse::network)));
    return Incomplete.mark(read, opened.complete()).body(shown(found, counted, opened));
  }

  private ShownUsage shown(UsedKeys.UsedKey found, KeyUsage.Of counted, Opened opened) {
    return new ShownUsage(
        found.key().id(),
        found.key().lastUsedAt(),
        counted.since(),
        new UseCounts(counted.today(), counted.week(), counted.all()),
        counted.placeCount(),
        counted.places().stream()
            .map(place ->
                new NetworkOfUse(
                    UsedKeys.network(place.network(), opened),
                    place.kind(),
                    new UseCounts(place.today(), place.week(), place.all()),
                    place.lastUsedOn()))
            .toList(),
        new DerivedOfKey(
            counted.refreshTokens(),
            counted.refreshUntil(),
            keys.accessTokensUntil(found, counted.refreshedAt())));
  }
}
