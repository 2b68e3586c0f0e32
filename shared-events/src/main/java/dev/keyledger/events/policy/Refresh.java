package dev.keyledger.events.policy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a refresh does to how long refresh tokens live. */
public enum Refresh {
  /** All tokens of a family end together, a token's lifetime after the first was given. */
  FIXED,
  /** Each token has the whole lifetime again, within that of its family where there is such. */
  RENEWED;

  /** No policy has an answer given again for longer than that. */
  public static final Duration LONGEST_REUSE_INTERVAL = Duration.ofMinutes(1);

  /**
   * First instant at which a token no longer works.
   *
   * @param begun when the family's first token was given
   * @param given when this one was
   * @param lifetime of a token
   * @param family of the whole family, which nothing stretches; {@code null} for no bound
   */
  Instant endOf(Instant begun, Instant given, Duration lifetime, @Nullable Duration family) {
    Instant end = (this == FIXED ? begun : given).plus(lifetime);
    Instant last = family == null ? end : begun.plus(family);
    return last.isBefore(end) ? last : end;
  }

  /** How long a family can be kept alive by refreshing; {@code null} for no bound. */
  @Nullable Duration longest(Duration lifetime, @Nullable Duration family) {
    return this == FIXED ? lifetime : family;
  }
}
