package dev.keyledger.subscriber.verify;

import dev.keyledger.subscriber.Problem;
import dev.keyledger.subscriber.ProblemException;
import org.jspecify.annotations.Nullable;

/** How a credential is refused. The holder of a good one gone bad may know why; a stranger not. */
public final class Refusals {
  private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

  private Refusals() {}

  /** RFC 6750, section 3.1: a request without a credential is told no more than the scheme. */
  public static ProblemException missing() {
    return Problem.of(401, "unauthenticated", "This needs a credential.")
        .withHeader("WWW-Authenticate", "Bearer")
        .because("missing")
        .toException();
  }

  public static ProblemException invalid() {
    return unauthenticated("invalid_credential", "The credential is not valid.");
  }

  public static ProblemException expired() {
    return unauthenticated("credential_expired", "The credential has expired.");
  }

  public static ProblemException revoked() {
    return unauthenticated("credential_revoked", "The credential has been revoked.");
  }

  public static ProblemException wrongEnvironment() {
    return unauthenticated(
        "wrong_environment", "The credential belongs to another environment than this host.");
  }

  public static ProblemException forbidden() {
    return Problem.of(403, "forbidden", "The credential does not permit this.")
        .because("insufficient_scope")
        .toException();
  }

  public static ProblemException notFresh() {
    return Problem.of(503, "not_fresh", "Whether the credential is still good cannot be told now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  /**
   * @param code as introspection gives it; {@code null} where it doesn't say
   */
  static ProblemException of(@Nullable String code) {
    return switch (code) {
      case "ip_not_allowed" ->
          Problem.of(403, "ip_not_allowed", "The credential may not be used from this address.")
              .toException();
      case "organization_suspended" ->
          Problem.of(403, "organization_suspended", "The organisation is suspended.").toException();
      case "wrong_environment" -> wrongEnvironment();
      case "revoked" -> revoked();
      case "expired" -> expired();
      case null, default -> invalid();
    };
  }

  private static ProblemException unauthenticated(String code, String detail) {
    return Problem.of(401, code, detail)
        .withHeader("WWW-Authenticate", INVALID_TOKEN)
        .toException();
  }
}
