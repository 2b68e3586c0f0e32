package dev.keyledger.command.organization;

import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of keys whose policy bounds how old a secret may become: that one comes near
 * that age, and that it was reached. Said in portions, since a policy that was shortened may meet a
 * hundred thousand keys at once; what lies beyond the first warning isn't looked at.
 */
public final class KeyAges {
  /** Events of one look. */
  public static final int PORTION = 200;

  /** Ends that weren't recorded yet when the policy changes, and are with it. */
  static final int MOST_WITH_A_POLICY = 1_000;

  private static final Duration FIRST_WARNING = Duration.ofDays(30);

  private KeyAges() {}

  /** What is due by now and wasn't said, of those first whose end comes first. */
  static List<OrganizationEvent> decide(KeyRing keys, Instant at) {
    var events = new ArrayList<OrganizationEvent>();
    Iterator<Key> all = Stream.concat(keys.openRotating(), near(keys, at)).iterator();
    var said = new HashSet<KeyId>();
    while (events.size() < PORTION && all.hasNext()) {
      Key key = all.next();
      if (key.rotateBy() != null && said.add(key.id())) {
        events.addAll(decide(key, at));
      }
    }
    return events;
  }

  private static Stream<Key> near(KeyRing keys, Instant at) {
    Instant until = at.plus(FIRST_WARNING);
    return keys.openByEnd().takeWhile(key -> !end(key).isAfter(until));
  }

  private static List<OrganizationEvent> decide(Key key, Instant at) {
    if (!key.isLiveAt(at)) {
      // An end of its own is recorded by who has its deadline.
      return key.endsByAge() ? List.of(KeyRing.expired(key, at)) : List.of();
    }
    var events = new ArrayList<OrganizationEvent>();
    key.olderSecretPastDueAt(at)
        .filter(older -> older.end() != null && older.end().equals(older.tooOldAt()))
        .ifPresent(older -> events.add(KeyRing.ended(key, older, at)));
    events.addAll(NearEnds.decide(key, at));
    return events;
  }

  /**
   * When there may be something to say next; empty where there won't be. It may be too soon, never
   * too late.
   *
   * @param said by the look that was just taken
   */
  static Optional<Instant> next(KeyRing keys, Instant at, int said) {
    if (said >= PORTION) {
      return Optional.of(at);
    }
    Instant until = at.plus(FIRST_WARNING);
    Stream<Instant> near =
        Stream.concat(keys.openRotating(), near(keys, at)).flatMap(key -> next(key, at).stream());
    Stream<Instant> beyond =
        keys.openByEnd()
            .dropWhile(key -> !end(key).isAfter(until))
            .filter(key -> key.rotateBy() != null)
            .limit(1)
            .map(key -> end(key).minus(FIRST_WARNING));
    return Stream.concat(near, beyond).min(Comparator.naturalOrder());
  }

  /** When there may be something to say next of this one. */
  public static Optional<Instant> next(Key key, Instant at) {
    if (key.ended() != null || key.rotateBy() == null) {
      return Optional.empty();
    }
    if (!decide(key, at).isEmpty()) {
      return Optional.of(at);
    }
    Stream<@Nullable Instant> ends =
        Stream.concat(
            key.endsByAge() ? Stream.of(end(key)) : Stream.empty(),
            key.olderSecretLiveAt(at).map(Key.Secret::tooOldAt).stream());
    return Stream.concat(
            ends.flatMap(Stream::ofNullable).filter(end -> end.isAfter(at)),
            NearEnds.nextAfter(at, key.endCountsFrom(), end(key)).stream())
        .min(Comparator.naturalOrder());
  }

  private static Instant end(Key key) {
    Instant end = key.endsAt();
    return end == null ? Instant.MAX : end;
  }
}
