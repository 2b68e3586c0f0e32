package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.Caller;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /oauth2/revoke} (RFC 7009). A client ends its own tokens; a person's token ends
 * itself, since holding it is all that a public client can show (section 2.1), and ends a session
 * of theirs by its refresh token. What is unknown or dead already is answered like success (section
 * 2.2). The answer waits until the end is in force, as signing out does.
 */
final class RevocationEndpoint extends OauthServlet {
  private final transient CredentialChecks checks;
  private final transient RequestAuthenticator authenticator;
  private final transient TokenGrants grants;
  private final transient TokenEnds ends;
  private final transient SessionEnds sessionEnds;
  private final transient EndedAnswer answer;

  RevocationEndpoint(
      Refusing refusing,
      CredentialChecks checks,
      RequestAuthenticator authenticator,
      TokenGrants grants,
      TokenEnds ends,
      SessionEnds sessionEnds,
      EndedAnswer answer) {
    super(refusing);
    this.checks = checks;
    this.authenticator = authenticator;
    this.grants = grants;
    this.ends = ends;
    this.sessionEnds = sessionEnds;
    this.answer = answer;
  }

  @Override
  boolean answersJson() {
    return false;
  }

  @Override
  void answer(HttpServletRequest request, Form form, HttpServletResponse response)
      throws IOException {
    Principal principal = authenticator.principalOf(request, form, Set.of());
    String token = form.required("token");
    if (KeySecret.parse(token).isPresent()) {
      throw OauthError.unsupportedTokenType();
    }
    List<StreamPosition> ended = List.of();
    if (token.startsWith(KeyRefreshTokens.PREFIX)) {
      if (!grants.end(token, keyOf(principal))) {
        throw OauthError.unauthorizedClient();
      }
    } else if (token.startsWith(SessionEnds.REFRESH_PREFIX)) {
      ended =
          sessionEnds
              .end(token, person -> mayEnd(principal, person))
              .orElseThrow(OauthError::unauthorizedClient);
    } else if (checks.askForHolder(token) instanceof TokenVerdict.Active active) {
      if (!mayEnd(principal, active.claims())) {
        throw OauthError.unauthorizedClient();
      }
      ended = List.of(ends.end(active.claims()));
    }
    response.setStatus(200);
    answer
        .headers(ended, String.join(",", Collections.list(request.getHeaders("Prefer"))))
        .forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
    response.setContentLength(0);
  }

  private static @Nullable KeyId keyOf(Principal principal) {
    return switch (principal) {
      case Principal.Internal internal -> null;
      case Principal.Known known -> known.caller().key();
    };
  }

  private static boolean mayEnd(Principal principal, PersonId person) {
    return switch (principal) {
      case Principal.Internal internal -> false;
      case Principal.Known known -> person.equals(known.caller().person());
    };
  }

  private static boolean mayEnd(Principal principal, AccessClaims claims) {
    return switch (principal) {
      case Principal.Internal internal -> false;
      case Principal.Known known -> {
        Caller caller = known.caller();
        yield claims.key() != null
            ? claims.key().equals(caller.key())
            : claims.session() != null && claims.session().equals(caller.session());
      }
    };
  }
}
