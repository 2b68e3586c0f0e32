package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A family of refresh tokens whose row is held, seen from the one that was presented. */
public interface PresentedFamily {
  /** Whether the presented token was exchanged for another before. */
  boolean wasUsed();

  boolean hasEnded();

  /**
   * What the presented token was exchanged for; {@code null} where it wasn't, where none is kept,
   * and once that has itself been used.
   */
  @Nullable SealedSuccessor successor();

  /** First instant at which its live token no longer works. */
  Instant expiresAt();

  /**
   * @return false when it had ended before
   */
  boolean end(Instant at);

  @Nullable OrganizationId organization();

  /** {@code null} for a key's. */
  @Nullable PersonId person();

  /** {@code null} for a key's. */
  @Nullable SessionId session();

  /** {@code null} for a session's. */
  @Nullable KeyId key();
}
