package dev.keyledger.events.feed;

import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins and denials: not ledger, kept for a while, on {@code activity.v1}.
 *
 * @param code why, where something was refused
 * @param key that was refused, or whose refresh token was used again
 * @param count how often it was refused for this reason since the last such record of the same
 *     instance; {@code null} for what happened once
 */
public record Activity(
    EventId id,
    Kind kind,
    @Nullable OrganizationId organization,
    @Nullable PersonId person,
    @Nullable SessionId session,
    @Nullable String code,
    Instant at,
    @Nullable KeyId key,
    @Nullable Long count) {

  public enum Kind {
    SIGN_IN_SUCCEEDED,
    SIGN_IN_FAILED,
    LOCKED_OUT,
    SESSION_STARTED,
    SESSION_ENDED,
    REFRESH_REUSED,
    PASSWORD_CHANGED,
    /** A second step was set up, or another took its place. */
    SECOND_STEP_SET,
    KEY_DENIED,
    /** An operator had all go on without a record that can't be read; the code names it. */
    RECORD_ACKNOWLEDGED
  }
}
