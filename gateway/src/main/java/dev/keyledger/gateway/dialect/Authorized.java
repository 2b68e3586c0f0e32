package dev.keyledger.gateway.dialect;

import dev.keyledger.subscriber.Problem;
import java.util.Optional;
import java.util.Set;

/**
 * A credential that is good for this dialect and host.
 *
 * @param organization none for the operator's
 * @param subject the person's or the key's id
 * @param environment none for a person's
 * @param scopes what it may do
 */
public record Authorized(
    Optional<String> organization,
    String subject,
    Optional<String> environment,
    Set<String> scopes) {

  /**
   * @throws dev.keyledger.subscriber.ProblemException 401 for the operator, who is nobody's member
   */
  public String requireOrganization() {
    return organization.orElseThrow(() ->
        Problem.of(401, "not_found", "The credential belongs to no organisation.").toException());
  }
}
