package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key by its last record, kept small: texts and scope lists are shared between entries, and the
 * organisation and the creator are references that follow their own records. Instants are
 * milliseconds since the epoch.
 */
public final class KeyEntry {
  static final long NEVER = Long.MAX_VALUE;

  private final UUID id;
  private final long position;
  private final long expiresAt;
  private final OrganizationSlot organization;
  private final @Nullable MemberSlot createdBy;
  private final String environment;
  private final List<String> scopes;
  private final KeyState state;
  private @Nullable SecretEntry newest;
  private @Nullable SecretEntry older;
  private long newestUntil;
  private long olderUntil;

  KeyEntry(
      UUID id,
      long position,
      long expiresAt,
      OrganizationSlot organization,
      @Nullable MemberSlot createdBy,
      String environment,
      List<String> scopes,
      KeyState state) {
    this.id = id;
    this.position = position;
    this.expiresAt = expiresAt;
    this.organization = organization;
    this.createdBy = createdBy;
    this.environment = environment;
    this.scopes = scopes;
    this.state = state;
  }

  // Only before the entry is published.
  void add(SecretEntry secret, long validUntil) {
    older = newest;
    olderUntil = newestUntil;
    newest = secret;
    newestUntil = validUntil;
  }

  @Nullable SecretEntry newest() {
    return newest;
  }

  @Nullable SecretEntry older() {
    return older;
  }

  public KeyId id() {
    return KeyId.of(id);
  }

  /** The id without its prefix, for maps of many keys. */
  public UUID uuid() {
    return id;
  }

  long position() {
    return position;
  }

  public OrganizationId organizationId() {
    return organization.id();
  }

  /** Highest position applied of the organisation. */
  public long organizationPosition() {
    return organization.position();
  }

  /** {@code null} until the organisation's own record has arrived. */
  public @Nullable Organization organization() {
    return organization.organization();
  }

  /** {@code null} when the operator made it and named no member. */
  public @Nullable MemberId creatorId() {
    return createdBy == null ? null : MemberId.of(createdBy.id());
  }

  /** {@code null} also while the creator's own record hasn't arrived. */
  public @Nullable Member creator() {
    return createdBy == null ? null : createdBy.member();
  }

  public boolean hasCreator() {
    return createdBy != null;
  }

  public String environment() {
    return environment;
  }

  /** Empty narrows nothing. */
  public List<String> scopes() {
    return scopes;
  }

  public KeyState state() {
    return state;
  }

  /** {@link Long#MAX_VALUE} for never. */
  public long expiresAt() {
    return expiresAt;
  }

  /** First instant at which this secret of the key no longer works. */
  public long validUntil(SecretEntry secret) {
    return secret == newest ? newestUntil : secret == older ? olderUntil : Long.MIN_VALUE;
  }

  /** Its secret of that name, while it is among the last two. */
  public @Nullable SecretEntry secretNamed(String name) {
    if (newest != null && newest.name().equals(name)) {
      return newest;
    }
    return older != null && older.name().equals(name) ? older : null;
  }
}
