package dev.keyledger.command.organization;

import static dev.keyledger.events.policy.Permissions.API_KEYS_REVOKE;
import static dev.keyledger.events.policy.Permissions.API_KEYS_ROTATE;
import static dev.keyledger.events.policy.Permissions.API_KEYS_UPDATE;
import static dev.keyledger.events.policy.Permissions.LEAKS_REPORT;

import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.KeyCommand.WarnOfEnd;
import dev.keyledger.command.organization.Refusal.ConnectedAccount;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.NotRotating;
import dev.keyledger.command.organization.Refusal.RotationInProgress;
import dev.keyledger.command.organization.Refusal.ScopeWidening;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All the organisation's keys. Counting the live ones costs the same however many there are, since
 * a busy organisation asks at every creation; those that ended are kept small, or not at all by a
 * reader who needs none of them.
 */
public final class KeyRing {
  private static final long BYTES_OF_AN_OPEN_KEY = 700;

  private record Expiry(Instant at, KeyId key, String environment) {}

  /** In the order in which they were created; one that ended stays until it is packed away. */
  private final Map<KeyId, Key> byId = new LinkedHashMap<>();

  private final Set<KeyId> toPack = new LinkedHashSet<>();
  private final @Nullable EndedKeys ended;
  private final Map<MemberId, CountedTimes> creationsBy = new HashMap<>();
  private final KeyBytes words = new KeyBytes();

  // Of the policy that the keys are under; nothing of it is known before the first.
  private @Nullable KeyRules rules;

  // Of keys that no event has ended: how many by environment, and when those with an end expire.
  private final Map<String, Integer> openIn = new HashMap<>();
  private final SortedSet<Expiry> openExpiries =
      new TreeSet<>(Comparator.comparing(Expiry::at).thenComparing(e -> e.key().value()));

  // Those of them with an older secret that no event has ended.
  private final Set<KeyId> openRotating = new LinkedHashSet<>();

  private KeyRing(@Nullable EndedKeys ended) {
    this.ended = ended;
  }

  static KeyRing keepingAll() {
    return new KeyRing(new EndedKeys());
  }

  /** Forgets each key once it has ended and was {@linkplain #pack packed away}. */
  static KeyRing ofOpenKeys() {
    return new KeyRing(null);
  }

  /**
   * @param words and chunks of ended keys; {@code null} to keep none
   * @param open keys that no event has ended, in the order in which they were created
   * @param rules of the policy in force
   */
  static KeyRing restore(
      KeyBytes.@Nullable Words words, Iterable<byte[]> chunks, Iterable<Key> open, KeyRules rules) {
    var creations = new HashMap<MemberId, CountedTimes>();
    var ring =
        new KeyRing(
            words == null
                ? null
                : EndedKeys.restore(words, chunks, origin -> created(creations, origin)));
    ring.creationsBy.putAll(creations);
    ring.rules = rules;
    open.forEach(key -> ring.enter(ring.underPolicy(key)));
    return ring;
  }

  List<OrganizationEvent> decide(
      KeyCommand command, Principal principal, Standing standing, Members members) {
    if (standing.kind() == OrganizationKind.CONNECTED_ACCOUNT) {
      throw new ConnectedAccount().toException();
    }
    var rules = new KeyAccessRules(standing, principal, members);
    Instant at = command.context().at();
    return switch (command) {
      case CreateKey c -> List.of(new KeyCreation(standing, this).decide(c, rules));
      case RotateKey c -> rotating(c, rules, standing.policy().keys());
      case CompleteRotation c -> completing(c, principal, rules);
      case RollBackRotation c -> List.of(rollingBack(c, rules));
      case UpdateKey c ->
          updating(c, rules.managed(c.key(), find(c.key()), API_KEYS_UPDATE), standing.policy());
      case RevokeKey c -> {
        Key key = rules.managed(c.key(), find(c.key()), API_KEYS_REVOKE);
        Fields.withinLife("compromised_since", c.compromisedSince(), key.createdAt(), at);
        yield key.ended() == null
            ? List.of(ending(key, KeyRevoked.Cause.REQUESTED, c.reason(), c.compromisedSince(), at))
            : List.of();
      }
      case SuspendKey c ->
          Suspending.begin(c, rules.managed(c.key(), find(c.key()), API_KEYS_REVOKE));
      case ReportLeak c -> {
        if (!(principal instanceof Principal.Platform)) {
          principal.mustHold(LEAKS_REPORT);
        }
        yield Leaking.decide(c, find(c.key()), standing.policy().ofLeakedKeys());
      }
      case ResumeKey c -> {
        if (principal instanceof Principal.Platform) {
          yield Suspending.recordEnd(find(c.key()), at);
        }
        yield Suspending.end(rules.managed(c.key(), find(c.key()), API_KEYS_REVOKE), at);
      }
      case WarnOfEnd c -> {
        Principal.must(principal instanceof Principal.Platform);
        yield find(c.key()).map(key -> NearEnds.decide(key, at)).orElse(List.of());
      }
      case ExpireKey c -> {
        Principal.must(principal instanceof Principal.Platform);
        yield find(c.key())
            .filter(key -> key.ended() == null && !key.isLiveAt(at))
            .<List<OrganizationEvent>>map(key -> List.of(expired(key, at)))
            .orElse(List.of());
      }
    };
  }

  /** Never takes the key out of service: both secrets work until the older one's grace is over. */
  private List<OrganizationEvent> rotating(RotateKey c, KeyAccessRules rules, KeyRules policy) {
    Key key = rules.rotated(c.key(), find(c.key()));
    Instant at = c.context().at();
    mustBeLive(key, at);
    if (key.olderSecretLiveAt(at).isPresent()) {
      throw new RotationInProgress().toException();
    }
    KeySecret secret = c.secret().mint(KeyCreation.prefixOf(policy, key.environment()));
    var events = new ArrayList<OrganizationEvent>();
    key.olderSecretPastDueAt(at).ifPresent(older -> events.add(ended(key, older, at)));
    Instant until = KeyCreation.previousValidUntil(c.grace(), policy, key, at);
    events.add(
        new KeyRotated(
            key.id(),
            IssuedSecret.committed(secret.shownPrefix(), c.secret().verifierOf(secret), at),
            until,
            at));
    if (until != null && !at.isBefore(until)) {
      // Over at once is decided now: left to the clock, others would hear of it whenever theirs
      // gets there.
      events.add(new RotationCompleted(key.id(), key.secrets().getLast().prefix(), until, at));
    }
    return events;
  }

  private List<OrganizationEvent> completing(
      CompleteRotation c, Principal principal, KeyAccessRules rules) {
    Instant at = c.context().at();
    if (principal instanceof Principal.Platform) {
      return find(c.key())
          .filter(key -> key.ended() == null)
          .flatMap(key -> key.olderSecretPastDueAt(at).map(older -> ended(key, older, at)))
          .<List<OrganizationEvent>>map(List::of)
          .orElse(List.of());
    }
    Key key = rules.managed(c.key(), find(c.key()), API_KEYS_ROTATE);
    mustBeLive(key, at);
    Key.Secret older = key.olderSecretLiveAt(at).orElseThrow(() -> new NotRotating().toException());
    return List.of(new RotationCompleted(key.id(), older.prefix(), at, at));
  }

  /** It gives a secret that was to end another life: to nobody who might not have a new one. */
  private RotationRolledBack rollingBack(RollBackRotation c, KeyAccessRules rules) {
    Key key = rules.rotated(c.key(), find(c.key()));
    Instant at = c.context().at();
    mustBeLive(key, at);
    if (key.olderSecretLiveAt(at).isEmpty()) {
      throw new NotRotating().toException();
    }
    return new RotationRolledBack(key.id(), key.secrets().getLast().prefix(), at);
  }

  /** The ends of older secrets that came by the clock, while no event says so. */
  List<RotationCompleted> pastDue(Instant at) {
    return byId.values().stream()
        .filter(key -> key.ended() == null)
        .flatMap(key -> key.olderSecretPastDueAt(at).map(older -> ended(key, older, at)).stream())
        .toList();
  }

  /** Those with an end that no event has ended, by their ends. */
  Stream<Key> openByEnd() {
    return openExpiries.stream().map(expiry -> Objects.requireNonNull(byId.get(expiry.key())));
  }

  /** Those with an older secret that no event has ended. */
  Stream<Key> openRotating() {
    return openRotating.stream().map(id -> Objects.requireNonNull(byId.get(id)));
  }

  /** The ends of keys whose secret has become too old, while no event says so. */
  List<KeyExpired> tooOld(Instant at) {
    return expiredUnrecorded(at)
        .map(expiry -> Objects.requireNonNull(byId.get(expiry.key())))
        .filter(Key::endsByAge)
        .map(key -> expired(key, at))
        .toList();
  }

  static RotationCompleted ended(Key key, Key.Secret older, Instant at) {
    Instant due = Objects.requireNonNullElse(older.end(), at);
    return new RotationCompleted(key.id(), older.prefix(), due, at);
  }

  private static List<OrganizationEvent> updating(UpdateKey c, Key key, Policy policy) {
    mustBeLive(key, c.context().at());
    var events = new ArrayList<OrganizationEvent>();
    if (c.scopes() != null && !Set.copyOf(c.scopes()).equals(Set.copyOf(key.scopes()))) {
      mustNarrow(key.scopes(), c.scopes());
      // What it has already it may keep: a name may have been taken once, or known once.
      Fields.known(
          "scopes",
          c.scopes().stream().filter(scope -> !key.scopes().contains(scope)).toList(),
          policy);
      events.add(new KeyScopesNarrowed(key.id(), key.scopes(), c.scopes(), c.context().at()));
    }
    if (c.name() != null && !c.name().equals(key.name())) {
      events.add(new KeyRenamed(key.id(), key.name(), c.name(), c.context().at()));
    }
    return events;
  }

  /** No scopes narrow nothing, so on a scoped key an empty list would widen. */
  private static void mustNarrow(List<String> before, List<String> after) {
    if (!before.isEmpty() && (after.isEmpty() || !before.containsAll(after))) {
      throw new ScopeWidening().toException();
    }
  }

  static void mustBeLive(Key key, Instant at) {
    if (!key.isLiveAt(at)) {
      throw new KeyNotActive().toException();
    }
  }

  /** The ends of those keys, of the named kind, that no event has ended. */
  List<KeyEvent> ending(Predicate<Key> which, KeyRevoked.Cause cause, Instant at) {
    return byId.values().stream()
        .filter(key -> key.ended() == null)
        .filter(which)
        .map(key -> ending(key, cause, null, null, at))
        .toList();
  }

  // What had already expired by the clock can no longer be revoked: it gets the end it had.
  private static KeyEvent ending(
      Key key,
      KeyRevoked.Cause cause,
      @Nullable String reason,
      @Nullable Instant compromisedSince,
      Instant at) {
    return key.isLiveAt(at)
        ? new KeyRevoked(key.id(), cause, reason, compromisedSince, at)
        : expired(key, at);
  }

  /** Of one that ended by the clock. */
  static KeyExpired expired(Key key, Instant at) {
    Instant end = Objects.requireNonNullElse(key.endsAt(), at);
    return new KeyExpired(key.id(), end, key.endsByAge() ? ExpiresBy.AGE : null, at);
  }

  /**
   * @return takes the event back, as long as nothing was packed away since and whatever came later
   *     was taken back before
   */
  Runnable apply(KeyEvent event) {
    if (event instanceof KeyCreated e) {
      Key key = underPolicy(Key.of(e));
      enter(key);
      return () -> leave(key);
    }
    Key before =
        find(event.key())
            .orElseThrow(() -> new IllegalStateException("there is no " + event.key()));
    Key after = underPolicy(before.after(event));
    replace(before, after);
    return () -> replace(after, before);
  }

  /**
   * Puts the keys under a policy: how old their secrets may become is counted anew.
   *
   * @return puts them back, as {@link #apply} does
   */
  Runnable under(KeyRules next) {
    KeyRules before = rules;
    rules = next;
    boolean same = Objects.equals(before == null ? null : before.ageBounds(), next.ageBounds());
    if (!same) {
      open().forEach(key -> replace(key, key.under(next)));
    }
    return () -> {
      rules = before;
      if (!same && before != null) {
        open().forEach(key -> replace(key, key.under(before)));
      }
    };
  }

  private Key underPolicy(Key key) {
    return rules == null || rules.ageBounds() == null ? key : key.under(rules);
  }

  private void enter(Key key) {
    byId.put(key.id(), words.shared(key));
    if (ended != null) {
      created(creationsBy, new KeyBytes.Origin(key.createdBy(), key.createdAt().toEpochMilli()));
    }
    count(key, 1);
  }

  private void leave(Key key) {
    byId.remove(key.id());
    if (ended != null && key.createdBy() != null) {
      Objects.requireNonNull(creationsBy.get(key.createdBy())).removeLast();
    }
    count(key, -1);
  }

  private static void created(Map<MemberId, CountedTimes> creations, KeyBytes.Origin origin) {
    if (origin.createdBy() != null) {
      creations
          .computeIfAbsent(origin.createdBy(), m -> new CountedTimes())
          .add(origin.createdAtMillis());
    }
  }

  private void replace(Key before, Key after) {
    byId.put(after.id(), after);
    if (after.ended() == null) {
      toPack.remove(after.id());
    } else {
      toPack.add(after.id());
    }
    count(before, -1);
    count(after, 1);
  }

  private void count(Key key, int by) {
    if (key.ended() != null) {
      return;
    }
    openIn.merge(key.environment(), by, Integer::sum);
    if (key.hasOlderSecretLeft()) {
      boolean unused = by > 0 ? openRotating.add(key.id()) : openRotating.remove(key.id());
    }
    Instant end = key.endsAt();
    if (end != null) {
      var expiry = new Expiry(end, key.id(), key.environment());
      boolean unused = by > 0 ? openExpiries.add(expiry) : openExpiries.remove(expiry);
    }
  }

  /** Makes those small that have ended; what was applied before can't be taken back any more. */
  void pack() {
    for (KeyId id : toPack) {
      Key key = byId.remove(id);
      if (ended != null && key != null) {
        ended.add(key);
      }
    }
    toPack.clear();
  }

  /** Of one that was packed away, no verifier is left. */
  public Optional<Key> find(KeyId id) {
    Key key = byId.get(id);
    return key != null || ended == null ? Optional.ofNullable(key) : ended.find(id);
  }

  /** Those that no event has ended, in the order in which they were created. */
  List<Key> open() {
    return byId.values().stream().filter(key -> key.ended() == null).toList();
  }

  EndedKeys.@Nullable Frozen frozenEnded() {
    return ended == null ? null : ended.frozen();
  }

  /** Ended ones included, where they are kept. */
  public int size() {
    return byId.size() + (ended == null ? 0 : ended.size());
  }

  /** In memory, about. */
  long bytes() {
    return BYTES_OF_AN_OPEN_KEY * byId.size()
        + (ended == null ? 0 : ended.bytes())
        + 12L * size()
        + 100L * creationsBy.size();
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
  CountedTimes creationsBy(MemberId member) {
    return creationsBy.getOrDefault(member, new CountedTimes());
  }
}
