package dev.keyledger.events.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that a key's secret obtains.
 *
 * @param lifetime of the access token
 * @param refreshLifetime of a refresh token; {@code null} where none is given
 * @param refresh whether the next one lives as long again; fixed in policies of before there was a
 *     choice
 * @param familyLifetime from the first token, beyond which nothing is refreshed; {@code null} for
 *     no bound
 * @param refreshReuseInterval for how long the same client, asking again with a refresh token that
 *     was exchanged, gets the same pair again; {@code null} where each use beyond the first ends
 *     the family, as in policies of before there was a choice
 * @param rate how many times at most the organisation's keys may be exchanged for tokens, together,
 *     at each replica of token-service; {@code null} for no bound. A refresh isn't counted
 */
public record KeyTokenRules(
    Format format,
    Duration lifetime,
    @Nullable Duration refreshLifetime,
    Refresh refresh,
    @Nullable Duration familyLifetime,
    @Nullable Duration refreshReuseInterval,
    KeyRules.@Nullable Rate rate) {
  public KeyTokenRules {
    refresh = refresh == null ? Refresh.FIXED : refresh;
  }

  /** All refresh tokens of a family end a lifetime after its first. */
  public KeyTokenRules(Format format, Duration lifetime, @Nullable Duration refreshLifetime) {
    this(format, lifetime, refreshLifetime, Refresh.FIXED, null);
  }

  /** As often as one likes. */
  public KeyTokenRules(
      Format format,
      Duration lifetime,
      @Nullable Duration refreshLifetime,
      Refresh refresh,
      @Nullable Duration familyLifetime) {
    this(format, lifetime, refreshLifetime, refresh, familyLifetime, null);
  }

  /** Each use of a refresh token beyond the first ends its family. */
  public KeyTokenRules(
      Format format,
      Duration lifetime,
      @Nullable Duration refreshLifetime,
      Refresh refresh,
      @Nullable Duration familyLifetime,
      KeyRules.@Nullable Rate rate) {
    this(format, lifetime, refreshLifetime, refresh, familyLifetime, null, rate);
  }

  public enum Format {
    /** Readable by token-service alone. */
    OPAQUE,
    /** RFC 9068. */
    JWT
  }

  /** How long a family can be kept alive by refreshing; {@code null} for no bound, or no family. */
  public @Nullable Duration longestFamily() {
    return refreshLifetime == null ? null : refresh.longest(refreshLifetime, familyLifetime);
  }

  /** First instant at which a refresh token no longer works; empty where none is given. */
  public Optional<Instant> endOfRefresh(Instant begun, Instant given) {
    return Optional.ofNullable(refreshLifetime)
        .map(life -> refresh.endOf(begun, given, life, familyLifetime));
  }
}
