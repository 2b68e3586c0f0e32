package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All refresh tokens that descend from one presentation of a key's secret; one of them is live.
 *
 * @param secret names the key's secret that it came from
 * @param dialect in which it was issued, and the only one in which it works
 * @param scope what was asked for; {@code null} when nothing was, so that it is all the key may do
 * @param begunAt when its first token was given
 * @param expiresAt first instant at which its live token no longer works
 */
public record KeyRefreshFamily(
    OrganizationId organization,
    KeyId key,
    UUID id,
    String secret,
    String dialect,
    @Nullable List<String> scope,
    Instant begunAt,
    Instant expiresAt) {
  KeyRefreshFamily until(Instant end) {
    return new KeyRefreshFamily(organization, key, id, secret, dialect, scope, begunAt, end);
  }
}
