package dev.keyledger.kit.decide;

import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the roles of a policy may do, compiled. Policies that give the same compile to equal ones,
 * so that one is enough for all organisations on them.
 */
public final class RolePermissions {
  private final Map<Role, Set<String>> byRole = new EnumMap<>(Role.class);
  private final Map<Role, Set<String>> ofOrganizationFrom = new EnumMap<>(Role.class);
  private final Set<String> ofOrganizationAlone;
  private final Set<String> all;

  private RolePermissions(Policy policy, boolean verified) {
    var ofAny = new LinkedHashSet<String>();
    for (Role role : Role.values()) {
      Set<String> ofRole = Set.copyOf(policy.permissionsOf(role, verified));
      byRole.put(role, ofRole);
      ofAny.addAll(ofRole);
    }
    all = Set.copyOf(ofAny);
    ofOrganizationAlone = lent(Set.of());
    byRole.forEach((role, own) -> ofOrganizationFrom.put(role, lent(own)));
  }

  /**
   * @param verified whether the organisation is: until then it may do less
   */
  public static RolePermissions of(Policy policy, boolean verified) {
    return new RolePermissions(policy, verified);
  }

  Set<String> of(Role role) {
    return byRole.getOrDefault(role, Set.of());
  }

  Set<String> all() {
    return all;
  }

  /**
   * What a key of the organisation's may do that a member of this role made, {@code null} for one
   * who has left: with the organisation's own services what any role may, on the platform what the
   * member may.
   */
  Set<String> ofOrganizationFrom(@Nullable Role creator) {
    return creator == null
        ? ofOrganizationAlone
        : ofOrganizationFrom.getOrDefault(creator, ofOrganizationAlone);
  }

  private Set<String> lent(Set<String> creators) {
    return all.stream()
        .filter(
            permission -> !Permissions.ALL.contains(permission) || creators.contains(permission))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RolePermissions that && byRole.equals(that.byRole);
  }

  @Override
  public int hashCode() {
    return byRole.hashCode();
  }
}
