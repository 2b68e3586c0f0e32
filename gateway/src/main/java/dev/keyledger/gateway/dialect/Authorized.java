package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import java.util.Optional;

/**
 * A credential that is good for this dialect and host.
 *
 * @param organization none for the operator's
 * @param subject the person's or the key's id
 */
public record Authorized(Optional<String> organization, String subject) {
  private static final String KEY = "key_";

  /**
   * @throws dev.keyledger.kit.web.ProblemException 401 for the operator, who is no member
   */
  public String requireOrganization() {
    return organization.orElseThrow(() ->
        Problem.of(401, "not_found", "The credential belongs to no organisation.").toException());
  }

  /** A key itself, or a token that one obtained. */
  public boolean isOfKey() {
    return subject.startsWith(KEY);
  }

  /**
   * For a resource of programs.
   *
   * @throws dev.keyledger.kit.web.ProblemException 401 for a person's token, the operator's too
   */
  public void requireKey() {
    if (!isOfKey()) {
      throw Problem.of(401, "not_found", "This takes what a key obtains.").toException();
    }
  }
}
