package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What ended that the access records cannot tell: sessions, single tokens, and keys whose policy at
 * the time ended their tokens with them. Each is remembered until no token of it can be alive.
 */
public final class EndedTokens implements LocalRevocations {
  private final Duration longestToken;

  // By id, when to forget it.
  private final ConcurrentHashMap<String, Instant> sessions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Instant> tokens = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Instant> credentials = new ConcurrentHashMap<>();

  /**
   * @param longestToken no access token lives longer
   */
  public EndedTokens(Duration longestToken) {
    this.longestToken = longestToken;
  }

  @Override
  public void apply(Revocation revocation) {
    if (revocation.effect() == Effect.RECHECK) {
      return; // Permissions are computed anew at every use here, so there is nothing to remember.
    }
    Instant until = revocation.expiresAt();
    if (until == null) {
      until = revocation.at().plus(longestToken);
    }
    switch (revocation.subject()) {
      case SESSION -> sessions.put(revocation.id(), until);
      case TOKEN -> tokens.put(revocation.id(), until);
      case CREDENTIAL -> {
        if (revocation.endsTokens()) {
          credentials.put(revocation.id(), until);
        }
      }
      case MEMBER, ORGANIZATION -> {
        // Their access records say so, for ever.
      }
    }
  }

  public boolean hasEnded(SessionId session) {
    return sessions.containsKey(session.value());
  }

  public boolean hasEnded(String jti) {
    return tokens.containsKey(jti);
  }

  public boolean hasEndedTokensOf(KeyId key) {
    return credentials.containsKey(key.value());
  }

  /** Forgets what could hit no token that was alive at this instant or later. */
  public void forgetBefore(Instant instant) {
    sessions.values().removeIf(until -> until.isBefore(instant));
    tokens.values().removeIf(until -> until.isBefore(instant));
    credentials.values().removeIf(until -> until.isBefore(instant));
  }

  /** How many of these are remembered. */
  public int count(Subject subject) {
    return switch (subject) {
      case SESSION -> sessions.size();
      case TOKEN -> tokens.size();
      case CREDENTIAL -> credentials.size();
      case MEMBER, ORGANIZATION -> 0;
    };
  }
}
