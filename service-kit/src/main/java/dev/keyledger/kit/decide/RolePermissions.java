package dev.keyledger.kit.decide;

import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the roles of a policy may do, compiled. Policies that give the same compile to equal ones,
 * so that one is enough for all organisations on them.
 */
public final class RolePermissions {
  private final Map<Role, Set<String>> byRole = new EnumMap<>(Role.class);
  private final Set<String> all;

  private RolePermissions(Policy policy, boolean verified) {
    var ofAny = new LinkedHashSet<String>();
    for (Role role : Role.values()) {
      Set<String> ofRole = Set.copyOf(policy.permissionsOf(role, verified));
      byRole.put(role, ofRole);
      ofAny.addAll(ofRole);
    }
    all = Set.copyOf(ofAny);
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

  @Override
  public boolean equals(Object other) {
    return other instanceof RolePermissions that && byRole.equals(that.byRole);
  }

  @Override
  public int hashCode() {
    return byRole.hashCode();
  }
}
