package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.decide.OrganizationRules;
import org.jspecify.annotations.Nullable;

/**
 * Where an organisation's rules are found, also before its own record arrived: keys refer to this.
 */
final class OrganizationSlot {
  /**
   * This 32, its id 96, its record 48 and rules 32, slug 56, in each of two tables a node and a
   * share.
   */
  static final long BYTES = 32 + 96 + 48 + 32 + 56 + 2 * (32 + 8);

  private final OrganizationId id;
  private volatile @Nullable OrganizationRules organization;
  private volatile long position = -1;

  OrganizationSlot(OrganizationId id) {
    this.id = id;
  }

  OrganizationId id() {
    return id;
  }

  @Nullable OrganizationRules organization() {
    return organization;
  }

  long position() {
    return position;
  }

  synchronized boolean replace(OrganizationAccess record, CanonicalParts parts) {
    OrganizationRules known = organization;
    if (known != null && known.access().position() >= record.position()) {
      return false;
    }
    OrganizationAccess shared = shared(record, parts);
    organization =
        new OrganizationRules(shared, parts.permissions(shared.policy(), shared.verified()));
    return true;
  }

  private OrganizationAccess shared(OrganizationAccess record, CanonicalParts parts) {
    return new OrganizationAccess(
        id,
        record.position(),
        record.slug(),
        record.kind(),
        record.verified(),
        record.live(),
        record.suspended(),
        record.ipAllowlist(),
        parts.texts(record.allowlistEnvironments()),
        parts.policy(record.policy()));
  }

  synchronized void advanceTo(long applied) {
    if (applied > position) {
      position = applied;
    }
  }
}
