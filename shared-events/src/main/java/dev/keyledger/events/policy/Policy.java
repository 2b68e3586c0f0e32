package dev.keyledger.events.policy;

import java.util.List;
import java.util.Map;

/**
 * What an organisation allows, as data: set by a command, recorded by an event, enforced by whoever
 * reads it.
 *
 * @param dialect the published system whose paths serve this organisation ({@code incard}, {@code
 *     incrm}, {@code syncgram-pay}, {@code octopus-cards}) or {@code canonical} for none of them
 * @param environments names of the environments a key may belong to, at least one
 * @param environmentChoice who decides a new key's environment
 * @param liveEnvironments environments whose keys need a live organisation, a subset of {@code
 *     environments}
 * @param allowlistEnvironments environments in which the IP allowlist is enforced once it is set
 * @param roles permissions by role; a role that is absent has none
 */
public record Policy(
    String dialect,
    List<String> environments,
    EnvironmentChoice environmentChoice,
    List<String> liveEnvironments,
    List<String> allowlistEnvironments,
    KeyRules keys,
    KeyTokenRules keyTokens,
    SessionRules sessions,
    Map<Role, List<String>> roles) {

  public Policy {
    environments = List.copyOf(environments);
    liveEnvironments = List.copyOf(liveEnvironments);
    allowlistEnvironments = List.copyOf(allowlistEnvironments);
    roles = Map.copyOf(roles);
  }

  public enum EnvironmentChoice {
    /** The body of the request names it. */
    CREATOR,
    /**
     * A live environment if the organisation is live, otherwise the other one; what was asked is
     * ignored.
     */
    ORGANIZATION_STATUS
  }

  /** Permissions of a role; empty where the policy does not name it. */
  public List<String> permissionsOf(Role role) {
    return roles.getOrDefault(role, List.of());
  }
}
