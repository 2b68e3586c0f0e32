package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A signed-in session: one family of refresh tokens.
 *
 * @param organization the active one; {@code null} for an operator and for a person without any
 * @param issuedBy the dialect that it was signed in by, outside of which its refresh tokens are
 *     unknown
 * @param origin a {@link RequestOrigin}, sealed
 * @param secondStepAt {@code null} while it has not taken one
 * @param enrolling a second step is due that its person doesn't have yet, so it may only enrol one
 * @param signIn the session that the sign-in began, from which this one came by switching; its own
 *     id where it was the first
 * @param expiresAt end of its newest refresh token, and with it of the family unless it is rotated
 *     before
 */
record Session(
    SessionId id,
    PersonId person,
    @Nullable OrganizationId organization,
    @Nullable MemberId member,
    String issuedBy,
    String origin,
    @Nullable Instant secondStepAt,
    boolean enrolling,
    SessionId signIn,
    Instant signedInAt,
    Instant lastUsedAt,
    Instant expiresAt,
    @Nullable Instant endedAt) {

  /**
   * Whether it may still act. That its refresh token has run out says nothing of access tokens that
   * other clocks still take: only an end does.
   */
  boolean hasEnded() {
    return endedAt != null;
  }

  /** Whether no access token, which ends with a whole second, fits before that end. */
  static boolean isOver(Instant end, Instant at) {
    return !end.truncatedTo(ChronoUnit.SECONDS).isAfter(at);
  }

  /** Why one ended, for an operator who looks into the table. */
  enum End {
    SIGNED_OUT,
    ENDED_BY_PERSON,
    REFRESH_REUSED,
    PASSWORD_CHANGED,
    SWITCHED,
    MEMBERSHIP_ENDED,
    /** Its person has too many, or it was refreshed too often. */
    TOO_MANY,
    ERASED
  }
}
