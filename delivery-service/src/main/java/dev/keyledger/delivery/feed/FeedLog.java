package dev.keyledger.delivery.feed;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.revocations.RevocationSink;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What ended or changed within the longest life of a token, in the order of {@code revocations.v1},
 * in memory. Every replica holds the same, and a follower goes on at any of them. It is never
 * bounded by size, since a token whose end was forgotten would come back to life at a follower.
 */
public final class FeedLog implements RevocationSink {
  /** While places come to mean something else: no cursor has it. */
  private static final String NONE = "";

  /**
   * A record that can't be read, and whether everybody may go on without it.
   *
   * @param whose {@code null} where it could be anybody's of that partition
   */
  private record Unreadable(
      int partition, @Nullable String whose, boolean acknowledged, long mattersUntil) {
    boolean concerns(FeedScope scope) {
      return scope instanceof FeedScope.All
          || scope instanceof FeedScope.Of one
              && (whose == null
                  ? one.partitions().contains(partition)
                  : whose.equals(one.organization().value()));
    }
  }

  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private final long horizon;
  private final LongSupplier nanoTime;
  private final List<Part> parts = Stream.generate(Part::new).limit(Topics.PARTITIONS).toList();
  private final Map<String, Unreadable> unreadable = new ConcurrentHashMap<>();
  private final Waiters waiters = new Waiters();
  private volatile String epoch = NONE;
  private Uuid topic = Uuid.ZERO_UUID;

  /**
   * @param horizon for how long an entry is held
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public FeedLog(Duration horizon, LongSupplier nanoTime) {
    this.horizon = horizon.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void reads(Uuid read) {
    if (!read.equals(topic)) {
      topic = read;
      begin(read.toString());
    }
  }

  // What stands at an offset is another record than followers were told of.
  @Override
  public synchronized void setBack() {
    byte[] another = new byte[8];
    new SecureRandom().nextBytes(another);
    begin(topic + "~" + HexFormat.of().formatHex(another));
  }

  private void begin(String name) {
    epoch = NONE;
    parts.forEach(Part::clear);
    unreadable.clear();
    epoch = name;
  }

  @Override
  public void apply(int partition, long offset, Revocation revocation) {
    OrganizationId organization = revocation.organization();
    String whose = organization == null ? null : organization.value();
    var entry = FeedEntry.of(offset, nanoTime.getAsLong() + matters(revocation), revocation);
    if (parts.get(partition).add(entry, whose, false)) {
      waiters.newsOf(whose);
    }
  }

  /** A single token's end matters until it would have died by itself, as its own clock says. */
  private long matters(Revocation revocation) {
    Instant expiresAt = revocation.expiresAt();
    if (expiresAt == null) {
      return horizon;
    }
    Duration left = Duration.between(revocation.at(), expiresAt).plus(CLOCKS_DIFFER);
    return Math.min(horizon, Math.max(0, left.toNanos()));
  }

  @Override
  public void unreadable(RecordPlace place, @Nullable String stream) {
    String whose = stream == null ? null : Revocation.organizationOf(stream);
    long until = nanoTime.getAsLong() + horizon;
    var entry = FeedEntry.unreadable(place.offset(), until, place, stream);
    if (!parts.get(place.partition()).add(entry, whose, stream == null)) {
      return;
    }
    unreadable.put(
        FeedEntry.nameOf(place),
        new Unreadable(place.partition(), stream == null ? null : whoseOf(whose), false, until));
    if (stream == null) {
      waiters.newsOfAnybodys();
    } else {
      waiters.newsOf(whose);
    }
  }

  /** What is no organisation's concerns none. */
  private static String whoseOf(@Nullable String organization) {
    return organization == null ? NONE : organization;
  }

  @Override
  public void acknowledged(RecordPlace place) {
    Unreadable known =
        unreadable.computeIfPresent(
            FeedEntry.nameOf(place),
            (name, one) -> new Unreadable(one.partition, one.whose, true, one.mattersUntil));
    if (known != null) {
      waiters.wakeAll();
    }
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    positions.forEach((partition, position) -> parts.get(partition.partition()).reached(position));
    waiters.wake();
  }

  /** Whoever waits for something new in that scope. */
  public Waiters waiters() {
    return waiters;
  }

  /** Changes whenever places in it come to mean something else. */
  public String epoch() {
    return epoch;
  }

  /**
   * What comes behind a place; empty while it isn't known from where on everything is held.
   *
   * @param after {@code null} for all that is held
   * @param atMost entries, at least 1
   */
  Optional<FeedPage> read(FeedScope scope, @Nullable FeedCursor after, int atMost) {
    while (true) {
      String now = epoch;
      Optional<FeedPage> page = read(now, scope, after, atMost);
      if (page.isEmpty() || now.equals(epoch)) {
        return page;
      }
    }
  }

  private Optional<FeedPage> read(
      String now, FeedScope scope, @Nullable FeedCursor after, int atMost) {
    if (now.equals(NONE)) {
      return Optional.empty();
    }
    FeedCursor held =
        after != null && after.epoch().equals(now) && isHeld(scope, after) ? after : null;
    String whose = scope instanceof FeedScope.Of one ? one.organization().value() : null;
    var entries = new ArrayList<FeedEntry>();
    var next = new TreeMap<Integer, Long>();
    boolean more = false;
    boolean whole = true;
    for (int number : scope.partitions()) {
      Part.Piece piece =
          parts
              .get(number)
              .of(whose, held == null ? null : held.at(number), atMost - entries.size());
      if (piece == null) {
        return Optional.empty();
      }
      entries.addAll(piece.entries());
      next.put(number, piece.next());
      more |= piece.more();
      whole &= piece.whole();
    }
    return Optional.of(
        new FeedPage(
            entries,
            new FeedCursor(now, next),
            more,
            after != null && held == null,
            whole,
            acknowledged(scope)));
  }

  /** Behind all that is held just now; empty while that isn't known. */
  Optional<FeedCursor> end(FeedScope scope) {
    String now = epoch;
    var next = new TreeMap<Integer, Long>();
    for (int number : scope.partitions()) {
      next.put(number, parts.get(number).end());
    }
    boolean known = !now.equals(NONE) && next.values().stream().allMatch(end -> end >= 0);
    return known ? Optional.of(new FeedCursor(now, next)) : Optional.empty();
  }

  private Set<String> acknowledged(FeedScope scope) {
    return unreadable.entrySet().stream()
        .filter(one -> one.getValue().acknowledged() && one.getValue().concerns(scope))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private boolean isHeld(FeedScope scope, FeedCursor after) {
    return scope.partitions().stream()
        .allMatch(number -> parts.get(number).holds(after.at(number)));
  }

  /** To be called now and then. */
  public void forgetTheLongEnded() {
    long now = nanoTime.getAsLong();
    parts.forEach(part -> part.forgetWhatMatteredUntil(now));
    unreadable.values().removeIf(one -> one.mattersUntil() - now < 0);
  }

  /** How many entries are held. */
  public int size() {
    return parts.stream().mapToInt(Part::size).sum();
  }
}
