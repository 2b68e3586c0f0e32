package dev.keyledger.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential that is not good here, or can't be judged now. How it is told to the client is the
 * host's affair: status, code and headers are what HTTP asks for, and the message may be shown.
 *
 * <p>The holder of a good credential gone bad learns why; a stranger doesn't.
 */
public final class AccessRefusedException extends RuntimeException {
  private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

  private final int status;
  private final String code;
  private final String detail;
  private final transient Map<String, String> headers;
  private final @Nullable String reason;
  private final @Nullable String permission;

  private AccessRefusedException(
      int status,
      String code,
      String detail,
      Map<String, String> headers,
      @Nullable String reason) {
    this(status, code, detail, headers, reason, null);
  }

  private AccessRefusedException(
      int status,
      String code,
      String detail,
      Map<String, String> headers,
      @Nullable String reason,
      @Nullable String permission) {
    super(code, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.headers = headers;
    this.reason = reason;
    this.permission = permission;
  }

  /** 401, 403 or 503. */
  public int status() {
    return status;
  }

  /** Stable, snake case: what a client may switch on. */
  public String code() {
    return code;
  }

  /** One sentence for a person. */
  public String detail() {
    return detail;
  }

  /** {@code WWW-Authenticate} (RFC 6750, section 3) or {@code Retry-After}, where one is due. */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * What became of the credential, where the answer itself may not say so; only for logs and for
   * the platform's own gateway.
   */
  public @Nullable String reason() {
    return reason;
  }

  /**
   * The permission that was missing, where the caller belongs to the organisation that it is about;
   * to a stranger none is told.
   */
  public @Nullable String permission() {
    return permission;
  }

  /** The same refusal with a permission that its caller, a member of the place, doesn't have. */
  public AccessRefusedException lacking(String missing) {
    return new AccessRefusedException(status, code, detail, headers, reason, missing);
  }

  /** The same refusal with a reason that the answer doesn't show. */
  public AccessRefusedException because(String reason) {
    return new AccessRefusedException(status, code, detail, headers, reason, permission);
  }

  /** RFC 6750, section 3.1: a request without a credential is told no more than the scheme. */
  public static AccessRefusedException missing() {
    return new AccessRefusedException(
        401,
        "unauthenticated",
        "This needs a credential.",
        Map.of("WWW-Authenticate", "Bearer"),
        "missing");
  }

  /** Of two credentials either could be meant. */
  public static AccessRefusedException multiple() {
    return new AccessRefusedException(
        401,
        "multiple_credentials",
        "Present one credential, not several.",
        Map.of("WWW-Authenticate", "Bearer error=\"invalid_request\""),
        "multiple");
  }

  public static AccessRefusedException invalid() {
    return unauthenticated("invalid_credential", "The credential is not valid.");
  }

  public static AccessRefusedException expired() {
    return unauthenticated("credential_expired", "The credential has expired.");
  }

  public static AccessRefusedException revoked() {
    return unauthenticated("credential_revoked", "The credential has been revoked.");
  }

  /** Of an API key, for a while, and of what was derived from it. */
  public static AccessRefusedException suspended() {
    return unauthenticated("credential_suspended", "The credential is suspended.");
  }

  public static AccessRefusedException wrongEnvironment() {
    return unauthenticated(
        "wrong_environment", "The credential belongs to another environment than this host.");
  }

  public static AccessRefusedException forbidden() {
    return new AccessRefusedException(
        403, "forbidden", "The credential does not permit this.", Map.of(), "insufficient_scope");
  }

  public static AccessRefusedException addressNotAllowed() {
    return new AccessRefusedException(
        403, "ip_not_allowed", "The credential may not be used from this address.", Map.of(), null);
  }

  public static AccessRefusedException organizationSuspended() {
    return new AccessRefusedException(
        403, "organization_suspended", "The organisation is suspended.", Map.of(), null);
  }

  public static AccessRefusedException notFresh() {
    return new AccessRefusedException(
        503,
        "not_fresh",
        "Whether the credential is still good cannot be told now.",
        Map.of("Retry-After", "1"),
        null);
  }

  /**
   * @param code as introspection gives it; {@code null} where it doesn't say
   */
  static AccessRefusedException of(@Nullable String code) {
    if (code == null) {
      return invalid();
    }
    return switch (code) {
      case "ip_not_allowed" -> addressNotAllowed();
      case "organization_suspended" -> organizationSuspended();
      case "wrong_environment" -> wrongEnvironment();
      case "revoked" -> revoked();
      case "expired" -> expired();
      case "key_suspended" -> suspended();
      default -> invalid();
    };
  }

  private static AccessRefusedException unauthenticated(String code, String detail) {
    return new AccessRefusedException(
        401, code, detail, Map.of("WWW-Authenticate", INVALID_TOKEN), null);
  }
}
