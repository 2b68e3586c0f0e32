package dev.keyledger.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.client.Credential.ApiKey;
import dev.keyledger.client.Credential.SignedToken;
import dev.keyledger.client.InvalidTokenException.Reason;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.credential.SecretText;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies signed tokens here and asks token-service about everything that only it can know: keys,
 * opaque tokens, tokens bound to an address, tokens that something has changed for, and all of them
 * while the revocations known here are stale.
 *
 * <p>An answer about a token that something changed for is kept for up to a minute, together with
 * the position that it reflects: it counts as the same token issued anew at that position, so that
 * the next change has it asked for again. What names no position, or depends on the address, is
 * never kept; neither is anything about a key.
 *
 * <p>Where the service has a {@link SessionCheck}, it is asked about people's tokens while
 * revocations are stale, and whenever token-service can't tell: such callers have no permissions,
 * since none can be told.
 */
public final class LocalAuthenticator implements Authenticator {
  private static final Logger log = LoggerFactory.getLogger(LocalAuthenticator.class);
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final int KEPT_AT_MOST = 10_000;

  private final TokenVerifier verifier;
  private final Revocations revocations;
  private final Introspector introspector;
  private final SessionCheck sessions;
  private final Duration longestToken;
  private final Cache<String, IntrospectionResult.Active> rechecked;

  /**
   * @param longestToken a token that lives longer is older than the revocations known here may be
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public LocalAuthenticator(
      TokenVerifier verifier,
      Revocations revocations,
      Introspector introspector,
      Duration longestToken,
      LongSupplier nanoTime) {
    this(verifier, revocations, introspector, SessionCheck.NONE, longestToken, nanoTime);
  }

  /**
   * @param sessions asked while revocations are stale
   * @param longestToken a token that lives longer is older than the revocations known here may be
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public LocalAuthenticator(
      TokenVerifier verifier,
      Revocations revocations,
      Introspector introspector,
      SessionCheck sessions,
      Duration longestToken,
      LongSupplier nanoTime) {
    this.verifier = verifier;
    this.revocations = revocations;
    this.introspector = introspector;
    this.sessions = sessions;
    this.longestToken = longestToken;
    this.rechecked =
        Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .maximumSize(KEPT_AT_MOST)
            .ticker(nanoTime::getAsLong)
            .build();
  }

  @Override
  public Caller authenticate(Credential credential, RequestContext presented) {
    Caller caller = callerOf(credential, presented.address());
    // A platform service serves every environment, whichever its own key is in.
    if (caller.kind() != Caller.Kind.SERVICE
        && caller.environment() != null
        && !presented.takes(caller.environment())) {
      throw AccessRefusedException.wrongEnvironment();
    }
    return caller;
  }

  private Caller callerOf(Credential credential, String address) {
    try {
      if (credential instanceof SignedToken token) {
        return callerOf(token, address);
      }
      if (credential instanceof ApiKey key
          && KeySecret.parse(key.text().revealSecret()).isEmpty()) {
        throw AccessRefusedException.invalid();
      }
      return active(introspector.introspect(credential.text(), address)).caller();
    } catch (InvalidTokenException e) {
      throw e.reason() == Reason.EXPIRED
          ? AccessRefusedException.expired()
          : AccessRefusedException.invalid();
    } catch (UnavailableException e) {
      log.warn("A credential could not be verified: {}", e.getMessage());
      throw AccessRefusedException.notFresh();
    }
  }

  private Caller callerOf(SignedToken presented, String address) {
    AccessToken token = verifier.verify(presented.text().revealSecret());
    if (!revocations.isFresh()) {
      return whileStale(presented, token, address);
    }
    Duration lifetime = Duration.between(token.issuedAt(), token.expiresAt());
    if (token.addressBound() || lifetime.compareTo(longestToken) > 0) {
      try {
        return active(introspector.introspect(presented.text(), address)).caller();
      } catch (UnavailableException e) {
        return byItsSession(token, address).orElseThrow(() -> e);
      }
    }
    return switch (revocations.judge(traitsOf(token, token.position()))) {
      case LIVE -> token.callerAt(address);
      case ENDED -> throw AccessRefusedException.revoked();
      case RECHECK -> recheck(presented.text(), token, address);
    };
  }

  // What has ended has done so for ever, however old the news.
  private Caller whileStale(SignedToken presented, AccessToken token, String address) {
    if (revocations.judge(traitsOf(token, token.position())) == Verdict.ENDED) {
      throw AccessRefusedException.revoked();
    }
    return byItsSession(token, address)
        .orElseGet(() -> active(introspector.introspect(presented.text(), address)).caller());
  }

  private Optional<Caller> byItsSession(AccessToken token, String address) {
    return switch (sessions.standingOf(token)) {
      case ALIVE -> Optional.of(token.withoutPermissions().callerAt(address));
      case ENDED -> throw AccessRefusedException.revoked();
      case NOT_TOLD -> Optional.empty();
    };
  }

  private Caller recheck(SecretText text, AccessToken token, String address) {
    String kept = token.id() + " " + address;
    IntrospectionResult.Active before = rechecked.getIfPresent(kept);
    if (before != null && !verifier.isPast(before.until())) {
      switch (revocations.judge(traitsOf(token, before.position()))) {
        case LIVE -> {
          return before.caller();
        }
        case ENDED -> throw AccessRefusedException.revoked();
        case RECHECK -> {}
      }
    }
    IntrospectionResult.Active now;
    try {
      now = active(introspector.introspect(text, address));
    } catch (UnavailableException e) {
      return byItsSession(token, address).orElseThrow(() -> e);
    }
    if (now.position() >= 0 && !now.addressBound()) {
      rechecked.put(kept, now);
    }
    return now.caller();
  }

  private static IntrospectionResult.Active active(IntrospectionResult result) {
    if (result instanceof IntrospectionResult.Inactive inactive) {
      throw AccessRefusedException.of(inactive.code());
    }
    return (IntrospectionResult.Active) result;
  }

  private static TokenTraits traitsOf(AccessToken token, long position) {
    return new TokenTraits(
        token.id(),
        token.subject(),
        token.organization() == null ? null : token.organization().value(),
        token.member() == null ? null : token.member().value(),
        token.session() == null ? null : token.session().value(),
        token.key() == null ? null : token.key().value(),
        token.issuedAt(),
        position);
  }
}
