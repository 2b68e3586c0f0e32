package dev.keyledger.kit.decide;

import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as a decision sees it. Instants are milliseconds since the epoch. */
public interface KeyFacts {
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

  /** {@link Long#MAX_VALUE} for never. */
  long expiresAt();

  /**
   * First instant at which this secret of the key no longer works; {@link Long#MIN_VALUE} for one
   * that an event has ended, whatever the time, and for one that is none of its last two.
   */
  long validUntil(SecretFacts secret);

  /** Its secret of that name, while it is among the last two. */
  @Nullable SecretFacts secretNamed(String name);
}
