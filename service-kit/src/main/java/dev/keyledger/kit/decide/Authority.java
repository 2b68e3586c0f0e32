package dev.keyledger.kit.decide;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Role;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a key may do at this moment: its scopes, within its creator's or organisation's power. */
public final class Authority {
  private Authority() {}

  // A creator whose record hasn't come may do as much as one who was removed.
  static Set<String> of(KeyFacts key, OrganizationRules organization) {
    Membership creator = key.hasCreator() ? key.creator() : null;
    return of(
        organization,
        key.scopes(),
        key.hasCreator(),
        creator == null || creator.removed() ? null : creator.role());
  }

  /**
   * @param scopes none narrow nothing
   * @param hasCreator whether the key names the member whose it is
   * @param creator that member's role; {@code null} for one who was removed, and where there is
   *     none
   */
  public static Set<String> of(
      OrganizationRules organization,
      List<String> scopes,
      boolean hasCreator,
      @Nullable Role creator) {
    return switch (organization.access().policy().keys().authority()) {
      case CREATOR -> narrowed(ofCreator(organization, hasCreator, creator), scopes);
      // The platform's own services are given what no role of an organisation names.
      case ORGANIZATION ->
          organization.access().kind() == OrganizationKind.PLATFORM && !scopes.isEmpty()
              ? Set.copyOf(scopes)
              : narrowed(ofOrganization(organization, hasCreator, creator), scopes);
    };
  }

  // Who was removed may do nothing. A key that names nobody is of before the operator had to name
  // one, or of before keys acted for their creator: it may do what the organisation may.
  private static Set<String> ofCreator(
      OrganizationRules organization, boolean hasCreator, @Nullable Role creator) {
    if (!hasCreator) {
      return organization.allPermissions();
    }
    return creator == null ? Set.of() : organization.permissionsOf(creator);
  }

  // What the organisation's own services offer is its to give to any key. On the platform a key
  // lends nobody what its creator hasn't; one that names none is the operator's.
  private static Set<String> ofOrganization(
      OrganizationRules organization, boolean hasCreator, @Nullable Role creator) {
    return hasCreator
        ? organization.permissionsThroughKeyOf(creator)
        : organization.allPermissions();
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
