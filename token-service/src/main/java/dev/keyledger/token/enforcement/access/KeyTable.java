package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.kit.decide.KeyFacts;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys by id and their secrets by verifier. A secret's entry is its own map key, so one look-up
 * allocates nothing but the probe.
 */
final class KeyTable {
  /** Entry 80, id 32, secret 64, and in each of two tables a node of 32 and its share of slots. */
  static final long BYTES_PER_KEY = 80 + 32 + 64 + 2 * (32 + 8);

  private final ConcurrentHashMap<UUID, KeyEntry> keys = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Verifier, SecretEntry> secrets = new ConcurrentHashMap<>();
  private final CanonicalParts parts;

  KeyTable(CanonicalParts parts) {
    this.parts = parts;
  }

  @Nullable SecretEntry secret(Verifier verifier) {
    return secrets.get(verifier);
  }

  @Nullable KeyEntry key(UUID id) {
    return keys.get(id);
  }

  int size() {
    return keys.size();
  }

  boolean apply(
      KeyAccess record, OrganizationSlot organization, Function<MemberId, MemberSlot> members) {
    UUID id = record.key().uuid();
    KeyEntry known = keys.get(id);
    if (known != null && known.position() >= record.position()) {
      return false;
    }
    KeyEntry entry =
        new KeyEntry(
            id,
            record.position(),
            KeyFacts.endAt(record.expiresAt()),
            organization,
            record.createdBy() == null ? null : members.apply(record.createdBy()),
            parts.text(record.environment()),
            parts.texts(record.scopes()),
            record.state(),
            KeyFacts.suspendedUntil(record));
    for (SecretAccess secret : KeyFacts.secretsOf(record)) {
      SecretEntry held = held(secret, entry, known);
      entry.add(held, KeyFacts.endOf(secret));
    }
    publish(entry, known);
    return true;
  }

  private static SecretEntry held(SecretAccess record, KeyEntry entry, @Nullable KeyEntry known) {
    var secret =
        new SecretEntry(
            Base64.getUrlDecoder().decode(record.verifier()),
            record.createdAt().toEpochMilli(),
            entry);
    SecretEntry newest = known == null ? null : known.newest();
    SecretEntry older = known == null ? null : known.older();
    if (newest != null && newest.equals(secret)) {
      return newest;
    }
    return older != null && older.equals(secret) ? older : secret;
  }

  // What stays is switched over, then what is new is added, then what is gone is removed: a
  // rotating
  // key never misses.
  private void publish(KeyEntry entry, @Nullable KeyEntry known) {
    keys.put(entry.uuid(), entry);
    publish(entry.older(), entry);
    publish(entry.newest(), entry);
    if (known != null) {
      forget(known.older(), entry);
      forget(known.newest(), entry);
    }
  }

  private void publish(@Nullable SecretEntry secret, KeyEntry entry) {
    if (secret != null) {
      secret.follow(entry);
      secrets.putIfAbsent(secret, secret);
    }
  }

  private void forget(@Nullable SecretEntry secret, KeyEntry entry) {
    if (secret != null && secret != entry.newest() && secret != entry.older()) {
      // A decision that has found it already is to see that it is none of this key's any more.
      secret.follow(entry);
      secrets.remove(secret, secret);
    }
  }
}
