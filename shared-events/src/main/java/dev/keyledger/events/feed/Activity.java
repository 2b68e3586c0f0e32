package dev.keyledger.events.feed;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins, denials and uses of note: not ledger, kept for a while, on {@code activity.v1}.
 *
 * @param person who did it; never told of an outsider
 * @param session it was done in
 * @param code why, where something was refused
 * @param key that was refused or used, or whose refresh token was used again; of a denied command,
 *     the key that asked for it
 * @param count how often it was refused for this reason since the last such record of the same
 *     instance; {@code null} for what happened once
 * @param by of a denied command, what asked for it; {@code null} of all else
 * @param targetKey of a denied command, the key that it was about
 * @param targetMember of a denied command, the member that it was about
 * @param operation of a denied command, which, as the API's description calls it
 * @param permission of a denied command, which its caller lacked, where it was one alone
 * @param network from which a key was used or refused; {@code null} where that isn't told
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
    @Nullable Long count,
    @Nullable By by,
    @Nullable KeyId targetKey,
    @Nullable MemberId targetMember,
    @Nullable String operation,
    @Nullable String permission,
    @Nullable Network network) {

  /**
   * 256 addresses of IPv4 or the 48 bits of an IPv6 site, as CIDR: never an address.
   *
   * @param name where the key is its organisation's
   * @param sealed where it acts for a person, under their data key
   */
  public record Network(@Nullable String name, @Nullable SealedText sealed) {}

  /** Of denied commands. */
  public Activity(
      EventId id,
      Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable String code,
      Instant at,
      @Nullable KeyId key,
      @Nullable Long count,
      @Nullable By by,
      @Nullable KeyId targetKey,
      @Nullable MemberId targetMember,
      @Nullable String operation,
      @Nullable String permission) {
    this(
        id,
        kind,
        organization,
        person,
        session,
        code,
        at,
        key,
        count,
        by,
        targetKey,
        targetMember,
        operation,
        permission,
        null);
  }

  /** Of all but denied commands. */
  public Activity(
      EventId id,
      Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable String code,
      Instant at,
      @Nullable KeyId key,
      @Nullable Long count) {
    this(id, kind, organization, person, session, code, at, key, count, (Network) null);
  }

  /** Of keys. */
  public Activity(
      EventId id,
      Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable String code,
      Instant at,
      @Nullable KeyId key,
      @Nullable Long count,
      @Nullable Network network) {
    this(
        id,
        kind,
        organization,
        person,
        session,
        code,
        at,
        key,
        count,
        null,
        null,
        null,
        null,
        null,
        network);
  }

  /** What asks for a command. */
  public enum By {
    OPERATOR,
    MEMBER,
    /** A key of the organisation, or a service of the platform. */
    KEY,
    /** Who doesn't belong to the organisation that they named, whoever that is. */
    OUTSIDER
  }

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
    /**
     * A key was used from a network that it wasn't used from before; the code says of what kind.
     */
    KEY_FIRST_SEEN,
    /** A command that its caller may not give, or that policy forbids. */
    COMMAND_DENIED,
    /** An operator had all go on without a record that can't be read; the code names it. */
    RECORD_ACKNOWLEDGED
  }
}
