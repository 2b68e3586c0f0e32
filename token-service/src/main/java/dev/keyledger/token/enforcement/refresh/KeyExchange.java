package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What only the request and the state of access tell of a refresh. It is asked while the family's
 * row is held, in this order, and says no for good reason or not at all: whatever it refuses leaves
 * the token as it was.
 */
public interface KeyExchange {
  /** By what the family may not be refreshed here, or by who asks, whatever has become of it. */
  Optional<Rotation> notAdmitted(KeyRefreshFamily family);

  /** How long its answers are given again; {@code null} where they aren't. */
  @Nullable Duration reuseInterval(KeyRefreshFamily family);

  /** What it obtains now. */
  Outcome outcome(KeyRefreshFamily family);

  /**
   * Where the next token ends.
   *
   * @param issuedAt when the presented one was given
   * @return no later than now, when there is no next one
   */
  Instant endOfNext(KeyRefreshFamily family, Instant issuedAt);

  sealed interface Outcome {}

  /**
   * @param token issued when it is taken: a retry gets the one that there was, and takes none
   */
  record Access(Supplier<IssuedToken> token, Set<String> scope) implements Outcome {}

  /** Its key or secret is no longer good here, or more is asked for than was granted. */
  record Nothing(Rotation because) implements Outcome {}
}
