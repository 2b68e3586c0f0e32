package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.SecretFacts;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key by its last record, kept small: texts and scope lists are shared between entries, and the
 * organisation and the creator are references that follow their own records. Instants are
 * milliseconds since the epoch.
 */
public final class KeyEntry implements KeyFacts {
  private final UUID id;
  private final long position;
  private final long expiresAt;
  private final OrganizationSlot organization;
  private final @Nullable MemberSlot createdBy;
  private final String environment;
  private final List<String> scopes;
  private final KeyState state;
  // Of few keys: as an object it costs the others no room.
  private final @Nullable Long suspendedUntil;
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
      KeyState state,
      long suspendedUntil) {
    this.id = id;
    this.position = position;
    this.expiresAt = expiresAt;
    this.organization = organization;
    this.createdBy = createdBy;
    this.environment = environment;
    this.scopes = scopes;
    this.state = state;
    this.suspendedUntil = suspendedUntil == ENDED ? null : (Long) suspendedUntil;
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

  /** Names of the secrets that work, unless it is suspended or more is against it. */
  public List<String> liveSecretNames(long now) {
    return state == KeyState.ACTIVE && expiresAt() > now
        ? Stream.of(newest, older)
            .flatMap(Stream::ofNullable)
            .filter(secret -> validUntil(secret) > now)
            .map(SecretEntry::name)
            .toList()
        : List.of();
  }

  @Override
  public KeyId id() {
    return KeyId.of(id);
  }

  @Override
  public UUID uuid() {
    return id;
  }

  long position() {
    return position;
  }

  @Override
  public OrganizationId organizationId() {
    return organization.id();
  }

  @Override
  public long organizationPosition() {
    return organization.position();
  }

  @Override
  public @Nullable OrganizationRules organization() {
    return organization.organization();
  }

  @Override
  public @Nullable MemberId creatorId() {
    return createdBy == null ? null : createdBy.id();
  }

  @Override
  public @Nullable Membership creator() {
    return createdBy == null ? null : createdBy.member();
  }

  @Override
  public boolean hasCreator() {
    return createdBy != null;
  }

  @Override
  public String environment() {
    return environment;
  }

  @Override
  public List<String> scopes() {
    return scopes;
  }

  @Override
  public KeyState state() {
    return state;
  }

  @Override
  public long expiresAt() {
    return Math.min(expiresAt, tooOldAt(newest));
  }

  @Override
  public long suspendedUntil() {
    return suspendedUntil == null ? ENDED : suspendedUntil;
  }

  @Override
  public long validUntil(SecretFacts secret) {
    return secret == newest
        ? Math.min(newestUntil, tooOldAt(newest))
        : secret == older ? Math.min(olderUntil, tooOldAt(older)) : ENDED;
  }

  // By the policy as it is now: a record of the key says nothing of one that changed since.
  private long tooOldAt(@Nullable SecretEntry secret) {
    return secret == null
        ? NEVER
        : KeyFacts.tooOldAt(secret.createdAt(), organization.organization());
  }

  @Override
  public @Nullable SecretEntry secretNamed(String name) {
    if (newest != null && newest.name().equals(name)) {
      return newest;
    }
    return older != null && older.name().equals(name) ? older : null;
  }
}
