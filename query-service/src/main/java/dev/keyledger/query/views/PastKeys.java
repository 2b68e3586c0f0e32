package dev.keyledger.query.views;

import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.query.past.PastState;
import dev.keyledger.query.past.PastState.PastKey;
import dev.keyledger.query.past.PastState.PastSecret;
import dev.keyledger.query.views.KeyViews.Key;
import dev.keyledger.query.views.KeyViews.KeyFilter;
import dev.keyledger.query.views.KeyViews.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys as they were. When one had been used last isn't known of the past. */
final class PastKeys {
  private PastKeys() {}

  /** The newest first, by the order in which they were made. */
  static Page<Key> list(Past past, KeyFilter filter) {
    KeyRules rules = rules(past);
    return new PastPages<>(
            past,
            EventTypes.nameOf(KeyCreated.class),
            events -> {
              PastState state = PastState.of(past.organization(), events);
              return id -> key(past, rules, state, KeyId.of(id));
            })
        .page(
            filter.behind() == null ? null : filter.behind().uuid(),
            filter.limit(),
            key -> isAskedFor(key, filter),
            id -> KeyId.of(id).value());
  }

  static Optional<Key> find(Past past, KeyId id) {
    PastState state = PastState.of(past.organization(), past.of(List.of(id.uuid())));
    return key(past, rules(past), state, id).findFirst();
  }

  private static KeyRules rules(Past past) {
    return PastState.of(past.organization(), past.standing()).policy().policy().keys();
  }

  private static boolean isAskedFor(Key key, KeyFilter filter) {
    return (filter.environment() == null || filter.environment().equals(key.environment()))
        && (filter.statuses().isEmpty() || filter.statuses().contains(key.status()));
  }

  private static Stream<Key> key(Past past, KeyRules rules, PastState state, KeyId id) {
    return state.key(id).stream().map(key -> stored(key.under(rules), past).shown(Map.of()));
  }

  private static StoredKey stored(PastKey key, Past past) {
    return new StoredKey(
        key.id(),
        key.name(),
        key.environment(),
        String.join(" ", key.scopes()),
        key.createdBy(),
        key.createdAt(),
        key.expiresAt(),
        secret(key.newest()),
        older(key.older()),
        key.isOlderLiveAt(past.at()),
        key.statusAt(past.at()),
        key.endedAt(),
        key.suspendedUntil(),
        key.rotateBy());
  }

  private static @Nullable Secret older(@Nullable PastSecret secret) {
    return secret == null ? null : secret(secret);
  }

  private static Secret secret(PastSecret secret) {
    return new Secret(secret.prefix(), secret.createdAt(), secret.validUntil(), null);
  }
}
