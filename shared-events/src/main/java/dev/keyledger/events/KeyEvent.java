package dev.keyledger.events;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of one API key. */
public sealed interface KeyEvent extends OrganizationEvent {
  KeyId key();

  @Override
  default OrganizationEvent withoutVerifier() {
    return this;
  }

  /**
   * @param scopes {@code resource.action}; empty narrows nothing
   * @param createdBy the member who made it, or for whom the operator did: the actor tells which;
   *     {@code null} where the operator named no member, as for a key that is its organisation's
   * @param expiresAt first instant at which the key no longer works; {@code null} for never
   */
  record KeyCreated(
      KeyId key,
      String name,
      String environment,
      List<String> scopes,
      @Nullable MemberId createdBy,
      IssuedSecret secret,
      @Nullable Instant expiresAt,
      Instant at)
      implements KeyEvent {
    public KeyCreated {
      scopes = List.copyOf(scopes);
    }

    @Override
    public KeyCreated withoutVerifier() {
      return new KeyCreated(
          key, name, environment, scopes, createdBy, secret.withoutVerifier(), expiresAt, at);
    }

    @Override
    public boolean fitsItsCommitment() {
      return secret.fitsItsCommitment();
    }
  }

  /**
   * A second secret was issued; both work until the first ends.
   *
   * @param previousValidUntil first instant at which the older one no longer works; {@code null}
   *     until the rotation is completed
   */
  record KeyRotated(
      KeyId key, IssuedSecret secret, @Nullable Instant previousValidUntil, Instant at)
      implements KeyEvent {
    @Override
    public KeyRotated withoutVerifier() {
      return new KeyRotated(key, secret.withoutVerifier(), previousValidUntil, at);
    }

    @Override
    public boolean fitsItsCommitment() {
      return secret.fitsItsCommitment();
    }
  }

  /**
   * The older secret has ended.
   *
   * @param endedPrefix of the secret that ended
   * @param effectiveAt when it ended, which is before {@code at} where a grace period ran out
   */
  record RotationCompleted(KeyId key, String endedPrefix, Instant effectiveAt, Instant at)
      implements KeyEvent {}

  /**
   * The newer secret has ended, and the older one works on, with no end but the key's, as if there
   * had been no rotation.
   *
   * @param endedPrefix of the secret that ended
   */
  record RotationRolledBack(KeyId key, String endedPrefix, Instant at) implements KeyEvent {}

  record KeyScopesNarrowed(KeyId key, List<String> before, List<String> after, Instant at)
      implements KeyEvent {
    public KeyScopesNarrowed {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  record KeyRenamed(KeyId key, String before, String after, Instant at) implements KeyEvent {}

  /**
   * @param reason an administrator's words, at most 200 characters; {@code null} when none were
   *     given
   * @param compromisedSince from when on others may have had its secret, as the administrator knows
   *     it; {@code null} where they said nothing, as in events of before it could be said
   */
  record KeyRevoked(
      KeyId key,
      Cause cause,
      @Nullable String reason,
      @Nullable Instant compromisedSince,
      Instant at)
      implements KeyEvent {
    /** Nothing is known of it in others' hands. */
    public KeyRevoked(KeyId key, Cause cause, @Nullable String reason, Instant at) {
      this(key, cause, reason, null, at);
    }

    public enum Cause {
      REQUESTED,
      MEMBER_REMOVED,
      /**
       * The organisation went live, which ends its test keys where status chooses the environment.
       */
      WENT_LIVE,
      /** A secret of it was found where others can read it, and policy ends such keys. */
      LEAKED
    }
  }

  /**
   * A secret of the key that worked was found where others can read it. What comes of that is said
   * by the events behind it, if the policy has anything done.
   *
   * @param prefix of the secret, as lists show it
   * @param url where it was found, as far as it shows no secret; {@code null} where that isn't
   *     known
   * @param source what kind of place that is, in the reporter's word; {@code null} for none
   * @param reportedBy key of the platform service that reported it, or of the organisation's own;
   *     {@code null} where a person did, who is the actor, or somebody who showed no credential
   */
  record KeyLeaked(
      KeyId key,
      String prefix,
      @Nullable String url,
      @Nullable String source,
      @Nullable KeyId reportedBy,
      Instant at)
      implements KeyEvent {}

  /**
   * The key is refused for a while. Of one that was suspended already, the end is another since.
   *
   * @param until first instant at which it works again, whether or not an event says so; {@code
   *     null} until somebody resumes it
   * @param reason an administrator's words, 1 to 200 characters
   */
  record KeySuspended(KeyId key, @Nullable Instant until, String reason, Instant at)
      implements KeyEvent {}

  /**
   * @param effectiveAt since when it works again, which is before {@code at} where a suspension ran
   *     out
   */
  record KeyResumed(KeyId key, Instant effectiveAt, Instant at) implements KeyEvent {}

  /**
   * The key's end comes near, and nothing has changed yet: said once for each of so many days.
   *
   * @param dueAt when it ends
   * @param daysLeft within how many days that is: 30, 7 or 1, the fewest that are true
   * @param expiresBy what makes it end then; {@code null} where it was made with that end
   */
  record KeyEndingSoon(
      KeyId key,
      Cause cause,
      Instant dueAt,
      int daysLeft,
      @Nullable ExpiresBy expiresBy,
      Instant at)
      implements KeyEvent {
    /** It was made with that end. */
    public KeyEndingSoon(KeyId key, Cause cause, Instant dueAt, int daysLeft, Instant at) {
      this(key, cause, dueAt, daysLeft, null, at);
    }

    /** What is to happen to it. A release that doesn't know one of these can't read the event. */
    public enum Cause {
      EXPIRY
    }
  }

  /**
   * What makes a key expire that was not made with that end. A field of its own, and no other
   * cause: a release of before passes over a field.
   */
  enum ExpiresBy {
    /** Its secret is as old as the policy lets one become. */
    AGE
  }

  /**
   * @param effectiveAt the key's {@code expires_at}, or when its secret was too old: it ended then,
   *     however late this is recorded
   * @param expiresBy {@code null} where it was made with that end
   */
  record KeyExpired(KeyId key, Instant effectiveAt, @Nullable ExpiresBy expiresBy, Instant at)
      implements KeyEvent {
    /** It was made with that end. */
    public KeyExpired(KeyId key, Instant effectiveAt, Instant at) {
      this(key, effectiveAt, null, at);
    }
  }
}
