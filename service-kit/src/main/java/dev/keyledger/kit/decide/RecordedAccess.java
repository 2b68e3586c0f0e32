package dev.keyledger.kit.decide;

import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What records say of one organisation at one position, held as they are: for a state that is asked
 * about a few times and then forgotten. No presented secret can be known again in it: its secrets
 * are those of {@link #secretsOf}.
 */
public final class RecordedAccess implements AccessView {
  private final OrganizationRules organization;
  private final long position;
  private final Map<MemberId, Recorded> members = new HashMap<>();
  private final Map<KeyId, RecordedKey> keys = new HashMap<>();

  /**
   * @param position that all the records reflect, which none of them need have
   */
  public RecordedAccess(
      OrganizationRules organization,
      long position,
      Collection<MemberAccess> members,
      Collection<KeyAccess> keys) {
    this.organization = organization;
    this.position = position;
    members.forEach(record -> this.members.put(record.member(), new Recorded(record)));
    keys.forEach(record -> this.keys.put(record.key(), new RecordedKey(record)));
  }

  @Override
  public @Nullable OrganizationRules organization(OrganizationId id) {
    return id.equals(organization.id()) ? organization : null;
  }

  @Override
  public @Nullable Membership member(MemberId id) {
    return members.get(id);
  }

  @Override
  public @Nullable KeyFacts key(KeyId id) {
    return keys.get(id);
  }

  /** The key's last two, or the one that it has, the newest last; none of an unknown key. */
  public List<SecretFacts> secretsOf(KeyId id) {
    RecordedKey key = keys.get(id);
    return key == null ? List.of() : List.copyOf(key.secrets);
  }

  @Override
  public long positionOf(OrganizationId id) {
    return id.equals(organization.id()) ? position : -1;
  }

  @Override
  public boolean isUnreadable(OrganizationId id) {
    return false;
  }

  @Override
  public boolean hidesKeys() {
    return false;
  }

  private record Recorded(MemberAccess record) implements Membership {
    @Override
    public MemberId id() {
      return record.member();
    }

    @Override
    public OrganizationId organization() {
      return record.organization();
    }

    @Override
    public PersonId person() {
      return record.person();
    }

    @Override
    public Role role() {
      return record.role();
    }

    @Override
    public boolean removed() {
      return record.removed();
    }
  }

  /** One is not another, though they be shown alike. */
  private static final class RecordedSecret implements SecretFacts {
    private final RecordedKey key;
    private final String prefix;
    private final long tooOldAt;
    private final long validUntil;

    RecordedSecret(RecordedKey key, SecretAccess record, @Nullable OrganizationRules rules) {
      this.key = key;
      this.prefix = record.prefix();
      this.tooOldAt = KeyFacts.tooOldAt(record.createdAt().toEpochMilli(), rules);
      this.validUntil = Math.min(KeyFacts.endOf(record), tooOldAt);
    }

    @Override
    public KeyFacts key() {
      return key;
    }

    @Override
    public String name() {
      return prefix;
    }
  }

  private final class RecordedKey implements KeyFacts {
    private final KeyAccess record;
    private final List<RecordedSecret> secrets = new ArrayList<>();

    RecordedKey(KeyAccess record) {
      this.record = record;
      KeyFacts.secretsOf(record)
          .forEach(secret -> secrets.add(new RecordedSecret(this, secret, organization())));
    }

    @Override
    public KeyId id() {
      return record.key();
    }

    @Override
    public UUID uuid() {
      return record.key().uuid();
    }

    @Override
    public OrganizationId organizationId() {
      return record.organization();
    }

    @Override
    public long organizationPosition() {
      return position;
    }

    @Override
    public @Nullable OrganizationRules organization() {
      return RecordedAccess.this.organization(record.organization());
    }

    @Override
    public boolean hasCreator() {
      return record.createdBy() != null;
    }

    @Override
    public @Nullable MemberId creatorId() {
      return record.createdBy();
    }

    @Override
    public @Nullable Membership creator() {
      return record.createdBy() == null ? null : member(record.createdBy());
    }

    @Override
    public String environment() {
      return record.environment();
    }

    @Override
    public List<String> scopes() {
      return record.scopes();
    }

    @Override
    public KeyState state() {
      return record.state();
    }

    @Override
    public long expiresAt() {
      long end = KeyFacts.endAt(record.expiresAt());
      return secrets.isEmpty() ? end : Math.min(end, secrets.getLast().tooOldAt);
    }

    @Override
    public long suspendedUntil() {
      return KeyFacts.suspendedUntil(record);
    }

    @Override
    public long validUntil(SecretFacts secret) {
      return secret instanceof RecordedSecret own && own.key == this ? own.validUntil : ENDED;
    }

    @Override
    public @Nullable SecretFacts secretNamed(String name) {
      return secrets.reversed().stream()
          .filter(secret -> secret.name().equals(name))
          .findFirst()
          .orElse(null);
    }
  }
}
