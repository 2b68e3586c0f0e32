package dev.keyledger.kit.decide;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.policy.KeyRules;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a key may do at this moment: its scopes, within its creator's or organisation's power. */
final class Authority {
  private Authority() {}

  static Set<String> of(KeyFacts key, OrganizationRules organization) {
    List<String> scopes = key.scopes();
    return switch (organization.access().policy().keys().authority()) {
      case CREATOR -> narrowed(ofCreator(key, organization), scopes);
      // The platform's own services are given what no role of an organisation names.
      case ORGANIZATION ->
          organization.access().kind() == OrganizationKind.PLATFORM && !scopes.isEmpty()
              ? Set.copyOf(scopes)
              : narrowed(ofOrganization(key, organization), scopes);
    };
  }

  // A creator whose record hasn't come, or who was removed, may do nothing. A key that names none
  // is
  // of before the operator had to name one, or of before keys acted for their creator: it may do
  // what the organisation may.
  private static Set<String> ofCreator(KeyFacts key, OrganizationRules organization) {
    if (!key.hasCreator()) {
      return organization.allPermissions();
    }
    Membership creator = key.creator();
    return creator == null || creator.removed()
        ? Set.of()
        : organization.permissionsOf(creator.role());
  }

  // What the organisation's own services offer is its to give to any key. On the platform a key
  // lends nobody what its creator hasn't; one that names none is the operator's.
  private static Set<String> ofOrganization(KeyFacts key, OrganizationRules organization) {
    if (!key.hasCreator()) {
      return organization.allPermissions();
    }
    Membership creator = key.creator();
    return organization.permissionsThroughKeyOf(
        creator == null || creator.removed() ? null : creator.role());
  }

  private static Set<String> narrowed(Set<String> permissions, List<String> scopes) {
    return scopes.isEmpty() ? permissions : intersection(permissions, scopes);
  }

  static Set<String> intersection(Set<String> permissions, Collection<String> scopes) {
    var kept = new HashSet<String>(scopes);
    kept.retainAll(permissions);
    return kept;
  }

  static boolean isItsCreators(OrganizationRules organization) {
    return organization.access().policy().keys().authority() == KeyRules.Authority.CREATOR;
  }

  static boolean endsTokens(OrganizationRules organization) {
    return organization.access().policy().keys().outstandingTokens()
        == KeyRules.OutstandingTokens.END;
  }
}
