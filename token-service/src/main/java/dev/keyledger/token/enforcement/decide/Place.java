package dev.keyledger.token.enforcement.decide;

import dev.keyledger.token.enforcement.access.Organization;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a credential is presented, as far as that bounds what is accepted.
 *
 * @param dialect only organisations of this dialect; {@code null} for all
 * @param environments only credentials of one of these environments; empty for all
 * @param address of the client; {@code null} when nobody knows, which satisfies no allowlist
 */
public record Place(@Nullable String dialect, Set<String> environments, @Nullable String address) {
  public static final Place ANYWHERE = new Place(null, Set.of(), null);

  public Place {
    environments = Set.copyOf(environments);
  }

  public Place inEnvironments(String... narrower) {
    return new Place(dialect, Set.of(narrower), address);
  }

  public Place inDialect(@Nullable String other) {
    return new Place(other, environments, address);
  }

  public Place fromAddress(@Nullable String other) {
    return new Place(dialect, environments, other);
  }

  boolean speaksFor(Organization organization) {
    return dialect == null || dialect.equals(organization.access().policy().dialect());
  }

  boolean isIn(String credentialEnvironment) {
    return environments.isEmpty() || environments.contains(credentialEnvironment);
  }

  boolean isAdmittedBy(Organization organization) {
    return address != null && organization.admits(address);
  }
}
