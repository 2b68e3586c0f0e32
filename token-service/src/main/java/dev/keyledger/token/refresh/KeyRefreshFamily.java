package dev.keyledger.token.refresh;

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
 * @param expiresAt fixed at the first token: rotation never stretches it
 */
public record KeyRefreshFamily(
    OrganizationId organization,
    KeyId key,
    UUID id,
    String secret,
    String dialect,
    @Nullable List<String> scope,
    Instant expiresAt) {}
