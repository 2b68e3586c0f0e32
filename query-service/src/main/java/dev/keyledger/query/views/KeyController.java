package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.views.KeyViews.Key;
import dev.keyledger.query.views.KeyViews.KeyFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/keys", produces = "application/json")
class KeyController {
  private static final Set<String> STATUSES =
      Set.of("active", "rotating", "suspended", "revoked", "expired");

  private final Reads reads;
  private final KeyViews keys;

  KeyController(Reads reads, KeyViews keys) {
    this.reads = reads;
    this.keys = keys;
  }

  @GetMapping
  @Requires(Permissions.API_KEYS_READ)
  ResponseEntity<Page<Key>> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String environment,
      @RequestParam(required = false) @Nullable List<String> status,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    var filter =
        new KeyFilter(
            Parameters.environment(environment),
            Parameters.words("status", status, STATUSES),
            Parameters.behind(cursor, KeyId::new),
            Parameters.limit(limit));
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot -> {
          mustSeeKeys(caller, snapshot);
          List<Key> found = keys.list(snapshot, filter);
          return Page.of(found, filter.limit(), k -> k.id().value(), k -> k);
        },
        past -> {
          mustSeeKeys(caller, past.snapshot());
          return PastKeys.list(past, filter);
        });
  }

  @GetMapping("/{key}")
  @Requires(Permissions.API_KEYS_READ)
  ResponseEntity<Key> one(
      Caller caller,
      @PathVariable String org,
      @PathVariable String key,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot -> {
          mustSeeKeys(caller, snapshot);
          return idOf(key)
              .flatMap(id -> keys.find(snapshot, id))
              .orElseThrow(KeyController::notFound);
        },
        past -> {
          mustSeeKeys(caller, past.snapshot());
          return idOf(key)
              .flatMap(id -> PastKeys.find(past, id))
              .orElseThrow(KeyController::notFound);
        });
  }

  /**
   * As command-service refuses to change them: only the platform looks into a connected account.
   */
  static void mustSeeKeys(Caller caller, Snapshot snapshot) {
    boolean platform =
        switch (caller.kind()) {
          case OPERATOR, SERVICE -> true;
          case MEMBER, API_KEY -> false;
        };
    if (!platform && snapshot.isOfConnectedAccount()) {
      throw Problem.of(403, "connected_account", "Connected accounts cannot manage API keys.")
          .toException();
    }
  }

  /** Whatever is no id names no key, and is not repeated: the client may have sent a secret. */
  static Optional<KeyId> idOf(String text) {
    try {
      return Optional.of(new KeyId(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static ProblemException notFound() {
    return Problem.of(404, "key_not_found", "There is no such key.").toException();
  }
}
