package dev.keyledger.command.organization;

import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All the organisation's keys. Counting the live ones costs the same however many there are, since
 * a busy organisation asks at every creation.
 */
public final class KeyRing {
  private record Expiry(Instant at, KeyId key, String environment) {}

  private final Map<KeyId, Key> byId = new LinkedHashMap<>();
  private final Map<MemberId, List<Instant>> creationsBy = new HashMap<>();

  // Of keys that no event has ended: how many by environment, and when those with an end expire.
  private final Map<String, Integer> openIn = new HashMap<>();
  private final SortedSet<Expiry> openExpiries =
      new TreeSet<>(Comparator.comparing(Expiry::at).thenComparing(e -> e.key().value()));

  KeyRing() {}

  KeyRing copy() {
    var copy = new KeyRing();
    copy.byId.putAll(byId);
    creationsBy.forEach((member, times) -> copy.creationsBy.put(member, new ArrayList<>(times)));
    copy.openIn.putAll(openIn);
    copy.openExpiries.addAll(openExpiries);
    return copy;
  }

  void apply(KeyEvent event) {
    switch (event) {
      case KeyCreated e ->
          restore(
              new Key(
                  e.key(),
                  e.name(),
                  e.environment(),
                  e.scopes(),
                  e.createdBy(),
                  e.at(),
                  e.expiresAt(),
                  null,
                  List.of(Key.Secret.of(e.secret()))));
      case KeyRotated e ->
          change(e, key -> key.rotatedTo(Key.Secret.of(e.secret()), e.previousValidUntil()));
      case RotationCompleted e -> change(e, key -> key.withOlderSecretEnded(e.effectiveAt()));
      case KeyScopesNarrowed e -> change(e, key -> key.scopedTo(e.after()));
      case KeyRenamed e -> change(e, key -> key.named(e.after()));
      case KeyRevoked e -> end(e, Key.End.REVOKED);
      case KeyExpired e -> end(e, Key.End.EXPIRED);
    }
  }

  void restore(Key key) {
    byId.put(key.id(), key);
    if (key.createdBy() != null) {
      creationsBy.computeIfAbsent(key.createdBy(), m -> new ArrayList<>()).add(key.createdAt());
    }
    if (key.ended() == null) {
      openIn.merge(key.environment(), 1, Integer::sum);
      if (key.expiresAt() != null) {
        openExpiries.add(new Expiry(key.expiresAt(), key.id(), key.environment()));
      }
    }
  }

  private Key change(KeyEvent event, UnaryOperator<Key> change) {
    Key before = byId.get(event.key());
    if (before == null) {
      throw new IllegalStateException("the ledger never created " + event.key());
    }
    Key after = change.apply(before);
    byId.put(after.id(), after);
    return before;
  }

  private void end(KeyEvent event, Key.End end) {
    Key before = change(event, key -> key.endedAs(end));
    if (before.ended() == null) {
      openIn.merge(before.environment(), -1, Integer::sum);
      if (before.expiresAt() != null) {
        openExpiries.remove(new Expiry(before.expiresAt(), before.id(), before.environment()));
      }
    }
  }

  public Optional<Key> find(KeyId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Ended ones included, in the order in which they were created. */
  public Collection<Key> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  int liveIn(String environment, Instant at) {
    int open = openIn.getOrDefault(environment, 0);
    return open
        - (int) expiredUnrecorded(at).filter(e -> e.environment().equals(environment)).count();
  }

  int live(Instant at) {
    int open = openIn.values().stream().mapToInt(Integer::intValue).sum();
    return open - (int) expiredUnrecorded(at).count();
  }

  private Stream<Expiry> expiredUnrecorded(Instant at) {
    return openExpiries.stream().takeWhile(e -> !e.at().isAfter(at));
  }

  /** When the member created keys, whatever became of those. */
  List<Instant> creationsBy(MemberId member) {
    return creationsBy.getOrDefault(member, List.of());
  }
}
