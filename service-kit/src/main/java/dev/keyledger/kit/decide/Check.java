package dev.keyledger.kit.decide;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@link KeyDecision} asks about a key whose secret it knows, in its order: the first that
 * fails is the verdict, and those behind it aren't asked.
 */
public enum Check {
  /** Whether the policy lets keys be used in this way. */
  USE,
  /** Whether key and secret have ended, by an event or by the clock, or are suspended. */
  STATUS,
  /** Whether the organisation is suspended. */
  SUSPENSION,
  /** Whether it is of the environment that is asked for. */
  ENVIRONMENT,
  /** Whether the allowlist admits the address. */
  ADDRESS,
  /** Whether its own scopes name what is asked for. */
  SCOPE,
  /** Whether it has that, by its creator's role or by what its organisation may. */
  AUTHORITY;

  private final String text = name().toLowerCase(Locale.ROOT);

  public String text() {
    return text;
  }

  /**
   * Which one a verdict failed.
   *
   * @param scopes that were asked for
   * @return {@code null} where none did
   */
  public static @Nullable Check failedBy(KeyVerdict verdict, Collection<String> scopes) {
    return switch (verdict.code()) {
      case OK -> null;
      case MALFORMED, NOT_FOUND -> USE;
      case REVOKED, EXPIRED, KEY_SUSPENDED -> STATUS;
      case ORGANIZATION_SUSPENDED -> SUSPENSION;
      case WRONG_ENVIRONMENT -> ENVIRONMENT;
      case IP_NOT_ALLOWED -> ADDRESS;
      case INSUFFICIENT_SCOPE -> narrowsAway(verdict.key(), scopes) ? SCOPE : AUTHORITY;
    };
  }

  private static boolean narrowsAway(@Nullable KeyFacts key, Collection<String> scopes) {
    return key != null && !key.scopes().isEmpty() && !key.scopes().containsAll(scopes);
  }
}
