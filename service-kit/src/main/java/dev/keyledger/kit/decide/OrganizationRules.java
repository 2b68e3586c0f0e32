package dev.keyledger.kit.decide;

import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as enforcement sees it: its last record, compiled into what a decision asks for.
 */
public final class OrganizationRules {
  private final OrganizationAccess access;
  private final RolePermissions permissions;
  private final AddressRanges allowlist;

  /**
   * @throws IllegalArgumentException where its allowlist has what is no range
   */
  public OrganizationRules(OrganizationAccess access) {
    this(access, RolePermissions.of(access.policy(), access.verified()));
  }

  /**
   * @param permissions of its policy and verification, which organisations on the same may share
   * @throws IllegalArgumentException where its allowlist has what is no range
   */
  public OrganizationRules(OrganizationAccess access, RolePermissions permissions) {
    this.access = access;
    this.permissions = permissions;
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
    return permissions.of(role);
  }

  /** What any of its roles may do. */
  public Set<String> allPermissions() {
    return permissions.all();
  }

  /** What a key of the organisation's may do that a member of this role made. */
  Set<String> permissionsThroughKeyOf(@Nullable Role creator) {
    return permissions.ofOrganizationFrom(creator);
  }

  /** Whether requests with a key or token of this environment must come from listed addresses. */
  public boolean bindsAddresses(String environment) {
    return !allowlist.isEmpty() && allowlistEnvironments().contains(environment);
  }

  /** A person belongs to no environment, so their requests are bound where those of all are. */
  public boolean bindsAddressesOfPeople() {
    return !allowlist.isEmpty()
        && allowlistEnvironments().containsAll(access.policy().environments());
  }

  private List<String> allowlistEnvironments() {
    return access.allowlistEnvironments().isEmpty()
        ? access.policy().allowlistEnvironments()
        : access.allowlistEnvironments();
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
