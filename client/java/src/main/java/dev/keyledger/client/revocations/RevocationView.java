package dev.keyledger.client.revocations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that ended or changed within the longest life of a token: what is older than that hits
 * no token any more and is forgotten. It is never bounded by size, since what it forgot would come
 * back to life.
 *
 * <p>Ledger changes are compared by position, never by a clock: a token whose issuer had applied
 * the change isn't hit by it. Written by one thread, read by many.
 */
public final class RevocationView {
  private static final Logger log = LoggerFactory.getLogger(RevocationView.class);
  private static final String EVERYTHING = "*";
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private final Duration longestToken;

  /** Ended for ever, by id: tokens, sessions, credentials, members. With how long it matters. */
  private final Cache<String, Duration> ended;

  /** Changed: tokens of this subject that were issued before this position are asked about. */
  private final Cache<String, Long> changedAt;

  /**
   * The same where there are no positions to compare: by the time before which they were issued.
   */
  private final Cache<String, Instant> changedBefore;

  /** Streams of which something was missed, other than an organisation's own. */
  private final Cache<String, Boolean> missed;

  /** Records that can't be read, and of which stream each is. */
  private final Cache<String, String> unreadable;

  private final Cache<String, Long> lastOfStream;

  /**
   * @param longestToken the longest life of an access token
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public RevocationView(Duration longestToken, LongSupplier nanoTime) {
    this.longestToken = longestToken;
    this.ended =
        Caffeine.newBuilder()
            .expireAfter(Expiry.<String, Duration>writing((id, matters) -> matters))
            .ticker(nanoTime::getAsLong)
            .build();
    this.changedAt = remembering(longestToken, nanoTime);
    this.changedBefore = remembering(longestToken, nanoTime);
    this.missed = remembering(longestToken, nanoTime);
    this.unreadable = remembering(longestToken, nanoTime);
    this.lastOfStream = remembering(longestToken, nanoTime);
  }

  private static <V> Cache<String, V> remembering(Duration time, LongSupplier nanoTime) {
    return Caffeine.newBuilder().expireAfterWrite(time).ticker(nanoTime::getAsLong).build();
  }

  /** Applies a record; one that was applied before changes nothing. */
  public void apply(Revocation revocation) {
    Long last = lastOfStream.getIfPresent(revocation.stream());
    if (last != null && revocation.position() <= last) {
      return;
    }
    boolean gap = last != null && (revocation.previous() == null || revocation.previous() > last);
    if (gap) {
      miss(revocation.stream(), revocation.position());
    }
    take(revocation);
    lastOfStream.put(revocation.stream(), revocation.position());
  }

  /**
   * A record that cannot be read could have been anything of its stream.
   *
   * @param record names it, for {@link #acknowledge}
   * @param stream the record's key, or {@code null} when it has none that can be read
   */
  public void applyUnreadable(String record, @Nullable String stream) {
    if (stream == null) {
      log.error("An unreadable revocation without a key: every token is asked about for a while");
    } else {
      log.warn("A revocation of {} is unreadable: its tokens are asked about", stream);
    }
    unreadable.put(record, stream == null ? EVERYTHING : stream);
  }

  /** Tokens are judged as if that record had never been; one that isn't known changes nothing. */
  public void acknowledge(String record) {
    unreadable.invalidate(record);
  }

  private void miss(String stream, long position) {
    log.warn("Revocations of {} were missed: tokens issued before are asked about", stream);
    if (stream.startsWith("sessions:")) {
      missed.put(stream, true);
    } else {
      raise(changedAt, stream, position);
    }
  }

  private void take(Revocation revocation) {
    String id = revocation.id();
    long position = revocation.position();
    switch (revocation.subject()) {
      case TOKEN, SESSION -> {
        switch (revocation.effect()) {
          case END -> ended.put(id, matters(revocation));
          case RECHECK -> changedBefore.put(id, revocation.issuedBefore());
        }
      }
      case CREDENTIAL -> {
        if (revocation.effect() == Effect.RECHECK) {
          raise(changedAt, id, position);
        } else if (revocation.endsTokens()) {
          ended.put(id, matters(revocation));
        }
      }
      case MEMBER -> {
        switch (revocation.effect()) {
          case END -> ended.put(id, matters(revocation));
          case RECHECK -> raise(changedAt, id, position);
        }
      }
      // A suspended one too: its tokens rest, and whether they still do is for token-service to
      // say.
      case ORGANIZATION -> raise(changedAt, id, position);
    }
  }

  /** A single token's end matters until it would have died by itself. */
  private Duration matters(Revocation revocation) {
    if (revocation.expiresAt() == null) {
      return longestToken;
    }
    Duration left = Duration.between(revocation.at(), revocation.expiresAt()).plus(CLOCKS_DIFFER);
    return left.compareTo(longestToken) < 0 ? left : longestToken;
  }

  private static void raise(Cache<String, Long> cache, String id, long position) {
    Long before = cache.getIfPresent(id);
    cache.put(id, before == null ? position : Math.max(before, position));
  }

  public Verdict judge(TokenTraits token) {
    if (isEnded(token.id())
        || isEnded(token.session())
        || isEnded(token.key())
        || token.key() == null && isEnded(token.member())) {
      return Verdict.ENDED;
    }
    // What becomes of a key's tokens when its creator leaves is a matter of policy.
    boolean creatorLeft = token.key() != null && isEnded(token.member());
    boolean changed =
        isOlder(token.position(), changedAt, token.organization())
            || isOlder(token.position(), changedAt, token.member())
            || isOlder(token.position(), changedAt, token.key())
            || isEarlier(token.issuedAt(), token.id())
            || isEarlier(token.issuedAt(), token.session())
            || missed.getIfPresent(token.sessionStream()) != null
            || mayBeHitByUnreadable(token);
    return creatorLeft || changed ? Verdict.RECHECK : Verdict.LIVE;
  }

  private boolean mayBeHitByUnreadable(TokenTraits token) {
    for (String stream : unreadable.asMap().values()) {
      if (stream.equals(EVERYTHING)
          || stream.equals(token.organization())
          || stream.equals(token.sessionStream())
          || token.sessionStream().equals("sessions:" + stream)) {
        return true;
      }
    }
    return false;
  }

  private boolean isEnded(@Nullable String id) {
    return id != null && ended.getIfPresent(id) != null;
  }

  private static boolean isOlder(long position, Cache<String, Long> cache, @Nullable String id) {
    Long since = id == null ? null : cache.getIfPresent(id);
    return since != null && position < since;
  }

  private boolean isEarlier(Instant issuedAt, @Nullable String id) {
    Instant before = id == null ? null : changedBefore.getIfPresent(id);
    return before != null && issuedAt.isBefore(before);
  }
}
