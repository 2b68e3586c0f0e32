package dev.keyledger.query.views;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.query.views.KeyViews.Key;
import dev.keyledger.query.views.KeyViews.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key with its status at one time.
 *
 * @param older the one that a rotation left, whether or not its end has come
 * @param olderLives whether it hasn't
 * @param suspendedUntil of the last suspension, which may be over
 * @param rotateBy when the newest secret is too old, or was; {@code null} for never
 */
record StoredKey(
    UUID key,
    String name,
    String environment,
    String scopes,
    @Nullable UUID createdBy,
    Instant createdAt,
    @Nullable Instant expiresAt,
    Secret newest,
    @Nullable Secret older,
    boolean olderLives,
    String status,
    @Nullable Instant endedAt,
    @Nullable Instant suspendedUntil,
    @Nullable Instant rotateBy) {

  /**
   * @param uses the last of each secret, by its prefix
   */
  Key shown(Map<String, Instant> uses) {
    List<Secret> secrets = new ArrayList<>();
    Instant end =
        switch (status) {
          case "revoked" -> endedAt;
          case "expired" -> endedAt != null ? endedAt : Ages.earlier(expiresAt, rotateBy);
          default -> null;
        };
    secrets.add(used(newest, end, uses));
    boolean lives = !status.equals("revoked") && !status.equals("expired");
    if (older != null && olderLives && lives) {
      secrets.add(used(older, older.validUntil(), uses));
    }
    return new Key(
        KeyId.of(key),
        name,
        newest.prefix(),
        environment,
        scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
        status,
        createdBy == null ? null : MemberId.of(createdBy),
        createdAt,
        expiresAt,
        lives ? rotateBy : null,
        status.equals("suspended") ? suspendedUntil : null,
        uses.values().stream().max(Comparator.naturalOrder()).orElse(null),
        secrets);
  }

  private static Secret used(
      Secret secret, @Nullable Instant validUntil, Map<String, Instant> uses) {
    return new Secret(secret.prefix(), secret.createdAt(), validUntil, uses.get(secret.prefix()));
  }
}
