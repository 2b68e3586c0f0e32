package dev.keyledger.delivery.http;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;

/** The organisation that a path names. */
public final class NamedOrganization {
  private NamedOrganization() {}

  /**
   * @param named its id, or the caller's own by its slug
   * @throws dev.keyledger.kit.web.ProblemException 403 {@code forbidden} for another caller's
   *     organisation, 404 {@code organization_not_found}
   */
  public static OrganizationId of(Caller caller, String named) {
    if (!caller.belongsTo(named)) {
      throw Problem.of(403, "forbidden", "That is another organization's.").toException();
    }
    if (caller.organization() != null) {
      return caller.organization();
    }
    try {
      return new OrganizationId(named);
    } catch (IllegalArgumentException e) {
      throw Problem.of(404, "organization_not_found", "There is no such organization.")
          .toException();
    }
  }
}
