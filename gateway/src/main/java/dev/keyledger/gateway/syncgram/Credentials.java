package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Authorized;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.kit.web.ProblemException;

/**
 * Has token-service judge what a request shows. Both kinds travel as {@code Authorization: Bearer};
 * a person's token is known by its dots, and a key that doesn't begin with {@code sk_} is none.
 */
final class Credentials {
  private static final String SCHEME = "Bearer ";

  private final Canonical canonical;

  Credentials(Canonical canonical) {
    this.canonical = canonical;
  }

  /**
   * The organisation of the person whose token the request shows.
   *
   * @throws ProblemException 401, or 403 for a key, however good
   */
  String person(Call call) {
    Authorized authorized = judged(call);
    if (authorized.isOfKey()) {
      throw Refusals.forbidden();
    }
    return authorized.requireOrganization();
  }

  /**
   * Whether the request shows a credential that has the scope.
   *
   * @throws ProblemException 401, 403
   */
  void holderOf(String scope, Call call) {
    judged(call, scope).requireOrganization();
  }

  private Authorized judged(Call call, String... scopes) {
    String presented = call.header("Authorization").orElseThrow(Refusals::unauthenticated);
    boolean bearer = presented.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String text = bearer ? presented.substring(SCHEME.length()).strip() : "";
    if (!text.startsWith("sk_") && text.indexOf('.') < 0) {
      throw Refusals.unauthenticated();
    }
    return canonical.on(call).authorize(scopes);
  }
}
