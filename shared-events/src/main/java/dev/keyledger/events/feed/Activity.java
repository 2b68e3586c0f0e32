package dev.keyledger.events.feed;

import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Sign-ins and denials: not ledger, kept for a while, on {@code activity.v1}. */
public record Activity(
    EventId id,
    Kind kind,
    @Nullable OrganizationId organization,
    @Nullable PersonId person,
    @Nullable SessionId session,
    @Nullable String code,
    Instant at) {
  public enum Kind {
    SIGN_IN_SUCCEEDED,
    SIGN_IN_FAILED,
    LOCKED_OUT,
    SESSION_STARTED,
    SESSION_ENDED,
    REFRESH_REUSED,
    KEY_DENIED
  }
}
