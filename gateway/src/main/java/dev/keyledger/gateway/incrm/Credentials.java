package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Authorized;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.Set;

/** Has token-service judge what a request shows, and says its verdict by InCRM's numbers. */
final class Credentials {
  /** Token-service's reasons when a caller is who they say, but of no business. */
  static final Set<String> WITHOUT_BUSINESS = Set.of("member_removed", "no_organization");

  private final Canonical canonical;

  Credentials(Canonical canonical) {
    this.canonical = canonical;
  }

  /**
   * The organisation of the session that the request shows.
   *
   * @throws ProblemException with one of {@link Refused}; 401010 for a key, however good
   */
  String session(Call call) {
    if (Presented.by(call) != Presented.SESSION) {
      throw Refused.INVALID_ACCESS_TOKEN.toException();
    }
    Authorized authorized = judged(call);
    if (authorized.isOfKey()) {
      throw Refused.INVALID_ACCESS_TOKEN.toException();
    }
    return organizationOf(authorized);
  }

  /**
   * Whether the request shows a session or a key that has the scope.
   *
   * @throws ProblemException with one of {@link Refused}
   */
  void sessionOrKey(Call call, String scope) {
    if (Presented.by(call) == Presented.NOTHING) {
      throw Refused.INVALID_ACCESS_TOKEN.toException();
    }
    organizationOf(judged(call, scope));
  }

  private Authorized judged(Call call, String... scopes) {
    try {
      return canonical.on(call).authorize(scopes);
    } catch (ProblemException e) {
      throw refusal(call, e.problem());
    }
  }

  // The operator's token is good everywhere and belongs nowhere.
  private static String organizationOf(Authorized authorized) {
    return authorized.organization().orElseThrow(Refused.BUSINESS_REQUIRED::toException);
  }

  /** A refusal of the credential or of what it may do; any other stays what it is. */
  static ProblemException refusal(Call call, Problem problem) {
    return switch (problem.status()) {
      case 401 -> told(call, problem.code()).toException();
      case 403 ->
          switch (problem.code()) {
            case "ip_not_allowed", "organization_suspended" -> Refused.FORBIDDEN.toException();
            case String reason when WITHOUT_BUSINESS.contains(reason) ->
                Refused.BUSINESS_REQUIRED.toException();
            default -> Refused.INSUFFICIENT_PERMISSIONS.toException();
          };
      default -> problem.toException();
    };
  }

  /**
   * @param code the reason that token-service gives, or another service's own word for it
   */
  private static Refused told(Call call, String code) {
    return switch (Presented.by(call)) {
      case API_KEY ->
          switch (code) {
            case "expired", "credential_expired" -> Refused.EXPIRED_KEY;
            // It knows no key that comes back.
            case "revoked", "credential_revoked", "key_suspended", "credential_suspended" ->
                Refused.REVOKED_KEY;
            case "missing", "multiple" -> Refused.INVALID_ACCESS_TOKEN;
            default -> Refused.INVALID_KEY;
          };
      case SESSION ->
          switch (code) {
            case "revoked", "credential_revoked", "key_suspended", "credential_suspended" ->
                Refused.ACCESS_TOKEN_ENDED;
            case String reason when WITHOUT_BUSINESS.contains(reason) -> Refused.BUSINESS_REQUIRED;
            default -> Refused.INVALID_ACCESS_TOKEN;
          };
      case NOTHING -> Refused.INVALID_ACCESS_TOKEN;
    };
  }
}
