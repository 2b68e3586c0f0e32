package dev.keyledger.events.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an organisation's policy says of its API keys.
 *
 * @param prefixes by environment, what a secret begins with, for example {@code sk_live}
 * @param uses where a key's secret is a credential; anywhere else it is unknown
 * @param limit active keys at most
 * @param creationRate successful creations at most, by each member; {@code null} for no limit
 * @param expiry whether a creator may name an end
 * @param defaultGrace how long the older secret lives on after a rotation that names nothing;
 *     {@code null} until the rotation is completed
 * @param maximumGrace the longest grace that may be asked for; {@code null} for no bound
 * @param maximumAge how old a secret may become; {@code null} for any age, as in policies of before
 *     there was a bound
 * @param ageBounds {@code maximumAge}, and those before it that may still matter, each with when it
 *     holds: written by the decision that sets the policy; {@code null} where there is no bound
 */
public record KeyRules(
    Map<String, String> prefixes,
    List<KeyUse> uses,
    Creators creators,
    Authority authority,
    Limit limit,
    @Nullable Rate creationRate,
    Expiry expiry,
    @Nullable Duration defaultGrace,
    @Nullable Duration maximumGrace,
    OutstandingTokens outstandingTokens,
    @Nullable Duration maximumAge,
    @Nullable List<AgeBound> ageBounds) {

  public KeyRules {
    prefixes = Map.copyOf(prefixes);
    uses = List.copyOf(uses);
    ageBounds = ageBounds == null ? null : List.copyOf(ageBounds);
  }

  /** Whose secrets may become as old as they like. */
  public KeyRules(
      Map<String, String> prefixes,
      List<KeyUse> uses,
      Creators creators,
      Authority authority,
      Limit limit,
      @Nullable Rate creationRate,
      Expiry expiry,
      @Nullable Duration defaultGrace,
      @Nullable Duration maximumGrace,
      OutstandingTokens outstandingTokens) {
    this(
        prefixes,
        uses,
        creators,
        authority,
        limit,
        creationRate,
        expiry,
        defaultGrace,
        maximumGrace,
        outstandingTokens,
        null,
        null);
  }

  /**
   * The first millisecond of which a secret is too old; {@link Long#MAX_VALUE} for never.
   *
   * @param createdAt of the secret, as milliseconds since the epoch
   */
  public long tooOldAt(long createdAt) {
    return ageBounds == null ? AgeBound.NEVER : AgeBound.endOf(ageBounds, createdAt);
  }

  /** First instant at which a secret is too old; {@code null} for never. */
  public @Nullable Instant tooOldAt(Instant createdAt) {
    long end = tooOldAt(createdAt.toEpochMilli());
    return end == AgeBound.NEVER ? null : Instant.ofEpochMilli(end);
  }

  /**
   * As they are once they were set.
   *
   * @param before those that they replace; {@code null} for the first
   */
  public KeyRules setAt(Instant at, @Nullable KeyRules before) {
    List<AgeBound> bounds =
        before == null || before.ageBounds == null ? List.of() : before.ageBounds;
    return new KeyRules(
        prefixes,
        uses,
        creators,
        authority,
        limit,
        creationRate,
        expiry,
        defaultGrace,
        maximumGrace,
        outstandingTokens,
        maximumAge,
        AgeBound.after(bounds, maximumAge, at, before == null ? at : at.plus(AgeBound.NOTICE)));
  }

  /** Where a key's secret is a credential. */
  public enum KeyUse {
    /** On requests themselves: {@code Authorization: Bearer} or {@code X-Api-Key}. */
    DIRECT,
    /** At the token endpoint, as the secret alone. */
    EXCHANGE,
    /** At the token endpoint, as key id and secret: OAuth client credentials, log-in of pairs. */
    LOGIN
  }

  public enum Creators {
    ANY_MEMBER,
    /** Holders of {@code api_keys.create}. */
    PERMISSION,
    /** The platform's operator alone. */
    OPERATOR
  }

  /** What a key may do at most; its scopes narrow this further. */
  public enum Authority {
    /** What its creator's role permits at the time of the call. */
    CREATOR,
    /**
     * What any role of the organisation permits. Keys of the platform's own organisation may do
     * whatever their scopes say.
     */
    ORGANIZATION
  }

  /**
   * @param maximum at least 1
   */
  public record Limit(int maximum, Per per) {
    public enum Per {
      ENVIRONMENT,
      ORGANIZATION
    }
  }

  /**
   * @param maximum at least 1, within any window of {@code per}
   */
  public record Rate(int maximum, Duration per) {}

  public enum Expiry {
    OPTIONAL,
    NEVER
  }

  /** What revoking a key does to the access tokens that it has already obtained. */
  public enum OutstandingTokens {
    END,
    /** They live on until they expire. */
    EXPIRE
  }
}
