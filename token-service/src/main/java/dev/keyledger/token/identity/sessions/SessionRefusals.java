package dev.keyledger.token.identity.sessions;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;

/** What sessions are refused with. */
final class SessionRefusals {
  // Reasons, as decisions on every other credential give them.
  static final String NOT_FOUND = "not_found";
  static final String REVOKED = "revoked";
  static final String EXPIRED = "expired";
  static final String MEMBER_REMOVED = "member_removed";
  static final String INVALID_CREDENTIALS = "invalid_credentials";

  /** The password is right, but there is no organisation that its person could act in. */
  static final String NO_ORGANIZATION = "no_organization";

  private SessionRefusals() {}

  static ProblemException invalidCredentials() {
    return invalidCredentials(INVALID_CREDENTIALS);
  }

  static ProblemException invalidCredentials(String reason) {
    return Problem.of(401, INVALID_CREDENTIALS, "The credentials are not valid.")
        .because(reason)
        .toException();
  }

  static ProblemException invalidChallenge() {
    return Problem.of(401, "invalid_challenge", "The challenge is unknown, used up or has expired.")
        .toException();
  }

  /** The access token was good when it was read. */
  static ProblemException sessionEnded() {
    return Problem.of(401, "invalid_token", "The access token is not valid.")
        .because(REVOKED)
        .toException();
  }

  static ProblemException invalidCode() {
    return Problem.of(401, "invalid_code", "The code is not valid.").toException();
  }

  static ProblemException invalidRefreshToken(String reason) {
    return Problem.of(401, "invalid_refresh_token", "The refresh token is not valid.")
        .because(reason)
        .toException();
  }

  static ProblemException refreshTokenReused() {
    return Problem.of(
            401,
            "refresh_token_reused",
            "The refresh token has been used before. Its session has ended.")
        .because(REVOKED)
        .toException();
  }

  static ProblemException secondStepRequired() {
    return Problem.of(
            401, "second_step_required", "The organization asks for a second step. Sign in again.")
        .toException();
  }

  /** The session began without the second step that its person has. */
  static ProblemException secondStepSkipped() {
    return Problem.of(
            403,
            "second_step_required",
            "This session has not taken its person's second step. Sign in with it.")
        .toException();
  }

  static ProblemException secondStepNotSetUp() {
    return Problem.of(
            403, "second_step_not_set_up", "The organization asks for a second step; set one up.")
        .toException();
  }

  static ProblemException enrolmentRequired() {
    return Problem.of(
            403,
            "second_step_enrolment_required",
            "A second step has to be enrolled first: POST /v1/me/totp.")
        .toException();
  }

  static ProblemException organizationSuspended() {
    return Problem.of(403, "organization_suspended", "The organization is suspended.")
        .because("organization_suspended")
        .toException();
  }

  static ProblemException addressNotAllowed() {
    return Problem.of(
            403, "ip_not_allowed", "The organization does not admit requests from this address.")
        .because("ip_not_allowed")
        .toException();
  }

  static ProblemException forbidden() {
    return Problem.of(403, "forbidden", "This is not allowed.").toException();
  }

  static ProblemException notFound() {
    return Problem.of(404, "session_not_found", "There is no such session.").toException();
  }

  static ProblemException notFresh() {
    return Problem.of(503, "not_fresh", "The state of access is not known well enough right now.")
        .withHeader("Retry-After", "1")
        .toException();
  }
}
