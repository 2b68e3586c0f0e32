package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All refresh tokens that descend from one presentation of a key's secret; one of them is live.
 *
 * @param secret names the key's secret that it came from
 * @param dialect in which it was issued, and the only one in which it works
 * @param scope what was asked for; {@code null} when nothing was, so that it is all the key may do
 * @param confidential whether it came by client credentials, so that its client shows its secret at
 *     each refresh (RFC 6749, section 6); who exchanged a key at {@code /v1/tokens} need be no
 *     OAuth client
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
    boolean confidential,
    Instant begunAt,
    Instant expiresAt) {
  KeyRefreshFamily until(Instant end) {
    return new KeyRefreshFamily(
        organization, key, id, secret, dialect, scope, confidential, begunAt, end);
  }

  /**
   * What of all that its key may do now was granted, and can be asked for again (RFC 6749, section
   * 6).
   */
  public Set<String> granted(Set<String> permissions) {
    return scope == null
        ? permissions
        : scope.stream().filter(permissions::contains).collect(Collectors.toUnmodifiableSet());
  }
}
