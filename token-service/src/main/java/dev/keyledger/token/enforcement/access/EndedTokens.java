package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.EndedCredentials;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What ended that the access records cannot tell: sessions, single tokens, and keys and single
 * secrets of keys whose policy at the time ended their tokens with them. Each is remembered until
 * no token of it can be alive, counted by monotonic time from when it was heard of: a wall clock
 * that is wrong for a while forgets nothing.
 */
public final class EndedTokens implements EndedCredentials, LocalRevocations {
  private final Duration longestToken;

  private final LongSupplier nanoTime;

  // By id, when it was heard of.
  private final ConcurrentHashMap<String, Long> sessions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> tokens = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> credentials = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> secrets = new ConcurrentHashMap<>();

  /**
   * @param longestToken no access token lives longer, by the clocks of all services
   * @param nanoTime as {@link System#nanoTime}
   */
  public EndedTokens(Duration longestToken, LongSupplier nanoTime) {
    this.longestToken = longestToken;
    this.nanoTime = nanoTime;
  }

  @Override
  public void apply(Revocation revocation) {
    long heardAt = nanoTime.getAsLong();
    if (revocation.secret() != null) {
      if (revocation.endsTokens()) {
        secrets.put(revocation.secret(), heardAt);
      }
      return;
    }
    if (revocation.effect() == Effect.RECHECK) {
      return; // Permissions are computed anew at every use here, so there is nothing to remember.
    }
    switch (revocation.subject()) {
      case SESSION -> sessions.put(revocation.id(), heardAt);
      case TOKEN -> tokens.put(revocation.id(), heardAt);
      case CREDENTIAL -> {
        if (revocation.endsTokens()) {
          credentials.put(revocation.id(), heardAt);
        }
      }
      case MEMBER, ORGANIZATION -> {
        // Their access records say so, for ever.
      }
    }
  }

  @Override
  public boolean hasEnded(SessionId session) {
    return sessions.containsKey(session.value());
  }

  @Override
  public boolean hasEnded(String jti) {
    return tokens.containsKey(jti);
  }

  @Override
  public boolean hasEndedTokensOf(KeyId key) {
    return credentials.containsKey(key.value());
  }

  @Override
  public boolean hasEndedTokensOfSecret(String name) {
    return secrets.containsKey(name);
  }

  /** Forgets what can hit no token any more. */
  public void forgetTheLongDead() {
    long now = nanoTime.getAsLong();
    forget(sessions, now);
    forget(tokens, now);
    forget(credentials, now);
    forget(secrets, now);
  }

  private void forget(ConcurrentHashMap<String, Long> heard, long now) {
    heard.values().removeIf(heardAt -> now - heardAt > longestToken.toNanos());
  }

  /** How many of these are remembered. */
  public int count(Subject subject) {
    return switch (subject) {
      case SESSION -> sessions.size();
      case TOKEN -> tokens.size();
      case CREDENTIAL -> credentials.size() + secrets.size();
      case MEMBER, ORGANIZATION -> 0;
    };
  }
}
