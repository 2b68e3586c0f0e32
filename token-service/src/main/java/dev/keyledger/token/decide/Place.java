package dev.keyledger.token.decide;

import dev.keyledger.token.access.Organization;
import org.jspecify.annotations.Nullable;

/**
 * Where a credential is presented, as far as that bounds what is accepted.
 *
 * @param dialect only organisations of this dialect; {@code null} for all
 * @param environment only credentials of this environment; {@code null} for all
 * @param address of the client; {@code null} when nobody knows, which satisfies no allowlist
 */
public record Place(
    @Nullable String dialect, @Nullable String environment, @Nullable String address) {
  public static final Place ANYWHERE = new Place(null, null, null);

  public Place inEnvironment(@Nullable String narrower) {
    return new Place(dialect, narrower, address);
  }

  public Place fromAddress(@Nullable String other) {
    return new Place(dialect, environment, other);
  }

  boolean speaksFor(Organization organization) {
    return dialect == null || dialect.equals(organization.access().policy().dialect());
  }

  boolean isIn(String credentialEnvironment) {
    return environment == null || environment.equals(credentialEnvironment);
  }

  boolean isAdmittedBy(Organization organization) {
    return address != null && organization.admits(address);
  }
}
