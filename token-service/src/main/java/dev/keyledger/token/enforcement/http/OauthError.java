package dev.keyledger.token.enforcement.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A refusal in the form of RFC 6749, section 5.2. */
final class OauthError extends RuntimeException {
  private final int status;
  private final String error;
  private final String description;
  private final @Nullable String reason;

  private OauthError(int status, String error, String description, @Nullable String reason) {
    super(error, null, false, false);
    this.status = status;
    this.error = error;
    this.description = description;
    this.reason = reason;
  }

  private OauthError(int status, String error, String description) {
    this(status, error, description, null);
  }

  static OauthError invalidRequest(String description) {
    return new OauthError(400, "invalid_request", description);
  }

  /** One body for every reason. */
  static OauthError invalidClient() {
    return new OauthError(401, "invalid_client", "The client could not be authenticated.");
  }

  static OauthError invalidGrant() {
    return new OauthError(400, "invalid_grant", "The refresh token is not valid here.");
  }

  static OauthError invalidScope() {
    return new OauthError(400, "invalid_scope", "The client may not do all of this.");
  }

  static OauthError unauthorizedClient() {
    return new OauthError(400, "unauthorized_client", "The client may not do this.");
  }

  /** As at every internal endpoint, it is known to us and refused: 403. */
  static OauthError unauthorizedService() {
    return new OauthError(403, "unauthorized_client", "This service has no business here.");
  }

  static OauthError unsupportedGrantType() {
    return new OauthError(400, "unsupported_grant_type", "This grant type is not supported.");
  }

  static OauthError unsupportedTokenType() {
    return new OauthError(
        400, "unsupported_token_type", "Keys are revoked at the organisation, not here.");
  }

  /**
   * RFC 6749 has no code for it at the token endpoint; this is the registered one that is nearest.
   */
  static OauthError rateLimited() {
    return new OauthError(
        429, "temporarily_unavailable", "The organisation has had its tokens for the while.");
  }

  /** With what became of the credential, which is no part of the answer. */
  OauthError because(String hidden) {
    return new OauthError(status, error, description, hidden);
  }

  @Nullable String reason() {
    return reason;
  }

  void send(HttpServletResponse response) throws IOException {
    if (status == 401) {
      response.setHeader("WWW-Authenticate", "Basic realm=\"keyledger\", charset=\"UTF-8\"");
    }
    response.setHeader("Pragma", "no-cache");
    new JsonAnswer()
        .put("error", error)
        .put("error_description", description)
        .send(response, status);
  }
}
