package dev.keyledger.events.feed;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;

/**
 * Uses of one secret of a key since the last such record of the same instance, on {@code usage.v1}.
 */
public record Usage(
    OrganizationId organization,
    KeyId key,
    String secretPrefix,
    long count,
    Instant lastUsedAt,
    String instance) {}
