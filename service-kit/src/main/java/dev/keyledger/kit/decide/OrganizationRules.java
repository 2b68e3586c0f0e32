package dev.keyledger.kit.decide;

import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as enforcement sees it: its last record, compiled into what a decision asks for.
 */
public final class OrganizationRules {
  private final OrganizationAccess access;
  private final Map<Role, Set<String>> permissions = new EnumMap<>(Role.class);
  private final Set<String> allPermissions;
  private final Set<String> allowlistEnvironments;
  private final AddressRanges allowlist;

  /**
   * @throws IllegalArgumentException where its allowlist has what is no range
   */
  public OrganizationRules(OrganizationAccess access) {
    this.access = access;
    var all = new LinkedHashSet<String>();
    for (Role role : Role.values()) {
      Set<String> ofRole = Set.copyOf(access.policy().permissionsOf(role, access.verified()));
      permissions.put(role, ofRole);
      all.addAll(ofRole);
    }
    this.allPermissions = Set.copyOf(all);
    this.allowlistEnvironments =
        Set.copyOf(
            access.allowlistEnvironments().isEmpty()
                ? access.policy().allowlistEnvironments()
                : access.allowlistEnvironments());
    this.allowlist = AddressRanges.of(access.ipAllowlist());
  }

  public OrganizationId id() {
    return access.organization();
  }

  /** Slug, kind, standing and policy as the ledger has them. */
  public OrganizationAccess access() {
    return access;
  }

  public Set<String> permissionsOf(Role role) {
    return permissions.getOrDefault(role, Set.of());
  }

  /** What any of its roles may do. */
  public Set<String> allPermissions() {
    return allPermissions;
  }

  /** Whether requests with a key or token of this environment must come from listed addresses. */
  public boolean bindsAddresses(String environment) {
    return !allowlist.isEmpty() && allowlistEnvironments.contains(environment);
  }

  /** A person belongs to no environment, so their requests are bound where those of all are. */
  public boolean bindsAddressesOfPeople() {
    return !allowlist.isEmpty()
        && allowlistEnvironments.containsAll(access.policy().environments());
  }

  /** Whether a request in this dialect may present its credentials; {@code null} is no dialect. */
  public boolean speaks(@Nullable String dialect) {
    return dialect == null || dialect.equals(access.policy().dialect());
  }

  /** False also for text that is no address, as the empty one of an unknown client. */
  public boolean admits(String address) {
    return allowlist.contains(address);
  }
}
