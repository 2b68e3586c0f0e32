package dev.keyledger.kit.decide;

import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as a decision sees it. Instants are milliseconds since the epoch. */
public interface KeyFacts {
  long NEVER = Long.MAX_VALUE;
  long ENDED = Long.MIN_VALUE;

  /** The secrets of a record that a decision knows of: its last two, the newest last. */
  static List<SecretAccess> secretsOf(KeyAccess record) {
    int count = record.secrets().size();
    return record.secrets().subList(Math.max(0, count - 2), count);
  }

  /**
   * When a secret ends by its record. What has ended is not asked for its time again: a reader's
   * clock may be behind it.
   */
  static long endOf(SecretAccess secret) {
    return secret.endedAt() == null ? endAt(secret.validUntil()) : ENDED;
  }

  /** An end as milliseconds since the epoch; {@code null} is none. */
  static long endAt(@Nullable Instant end) {
    return end == null ? NEVER : end.toEpochMilli();
  }

  /**
   * When a secret is older than its organisation's policy lets one become.
   *
   * @param createdAt of the secret
   * @param organization {@code null} while nothing is known of it
   */
  static long tooOldAt(long createdAt, @Nullable OrganizationRules organization) {
    return organization == null ? NEVER : organization.access().policy().keys().tooOldAt(createdAt);
  }

  /** Until when a key is suspended by its record; {@link #ENDED} for one that isn't. */
  static long suspendedUntil(KeyAccess record) {
    return record.suspension() == null ? ENDED : endAt(record.suspension().until());
  }

  KeyId id();

  /** The id without its prefix, for maps of many keys. */
  UUID uuid();

  OrganizationId organizationId();

  /** Highest position of the organisation that is in the view. */
  long organizationPosition();

  /** {@code null} while nothing is known of the organisation but its key. */
  @Nullable OrganizationRules organization();

  /** {@code false} when the operator made it and named no member. */
  boolean hasCreator();

  /** {@code null} where it has none. */
  @Nullable MemberId creatorId();

  /** {@code null} also while nothing is known of the creator but the id. */
  @Nullable Membership creator();

  String environment();

  /** Empty narrows nothing. */
  List<String> scopes();

  KeyState state();

  /**
   * First instant at which it no longer works: its own end, or when its newest secret is older than
   * policy lets one become, whichever comes first; {@link #NEVER} for never.
   */
  long expiresAt();

  /**
   * First instant at which it works again; {@link #ENDED} for one that isn't suspended, {@link
   * #NEVER} until it is resumed.
   */
  long suspendedUntil();

  /** Whether it is refused then, though it hasn't ended. */
  default boolean isSuspendedAt(long now) {
    return now < suspendedUntil();
  }

  /**
   * First instant at which this secret of the key no longer works, be it for its age; {@link
   * #ENDED} for one that an event has ended, whatever the time, and for one that is none of its
   * last two.
   */
  long validUntil(SecretFacts secret);

  /** Its secret of that name, while it is among the last two. */
  @Nullable SecretFacts secretNamed(String name);
}
