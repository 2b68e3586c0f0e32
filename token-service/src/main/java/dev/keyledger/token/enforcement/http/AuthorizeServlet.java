package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Any method on {@code /v1/authorize}, for proxies that ask before they pass a request on (nginx
 * {@code auth_request}, Envoy, Traefik): 200 with {@code X-Auth-*}, 401 or 403. Every 401 for a
 * credential that isn't good here is alike to the byte; its body is never read.
 */
final class AuthorizeServlet extends HotServlet {
  /** A person who acts for themselves alone. */
  private static final String NO_ORGANIZATION = "no_organization";

  private static final String SCOPE = "scope";
  private static final QueryParameters PARAMETERS =
      QueryParameters.NONE.withRepeated(SCOPE).withBlank(SCOPE);

  private final transient CredentialChecks checks;
  private final transient RequestContextReader contexts;

  AuthorizeServlet(Refusing refusing, CredentialChecks checks, RequestContextReader contexts) {
    super(refusing);
    this.checks = checks;
    this.contexts = contexts;
  }

  /** A preflight too: it is no permission, and shows nothing that would be one. */
  @Override
  public Set<String> methods() {
    return Set.of();
  }

  @Override
  boolean answersJson() {
    return false;
  }

  /**
   * Looked at once there is a credential: a token in the address is none, and that is told first.
   */
  @Override
  QueryParameters parameters() {
    return QueryParameters.ANY;
  }

  @Override
  void answer(HttpServletRequest request, HttpServletResponse response) {
    Credential credential =
        RequestAuthenticator.credentialOf(request).orElseThrow(AccessRefusedException::missing);
    PARAMETERS.check(request.getQueryString());
    Set<String> scopes = scopesOf(QueryParameters.valuesIn(request.getQueryString(), SCOPE));
    RequestContext context = contexts.of(request);
    String text = credential.text().revealSecret();
    switch (credential) {
      case Credential.ApiKey key -> {
        var question = KeyQuestion.direct(text, context, scopes);
        // A dialect's request goes on to a service that asks for itself, and its use is counted
        // there.
        answer(
            context.dialect() == null ? checks.ask(question) : checks.askAhead(question), response);
      }
      case Credential.SignedToken token -> answer(checks.ask(text, context), scopes, response);
      case Credential.OpaqueToken token -> answer(checks.ask(text, context), scopes, response);
    }
  }

  private static Set<String> scopesOf(List<String> parameters) {
    return parameters.isEmpty()
        ? Set.of()
        : parameters.stream()
            .flatMap(p -> Arrays.stream(p.split("[ ,]+")))
            .filter(s -> !s.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  private static void answer(KeyVerdict verdict, HttpServletResponse response) {
    switch (verdict) {
      case KeyVerdict.Refused refused -> throw refusal(refused.code(), refused.code().text());
      case KeyVerdict.Accepted accepted ->
          allow(
              response,
              accepted.key().organizationId().value(),
              accepted.key().id().value(),
              accepted.key().environment(),
              accepted.permissions());
    }
  }

  private static void answer(
      TokenVerdict verdict, Set<String> scopes, HttpServletResponse response) {
    switch (verdict) {
      case TokenVerdict.Inactive inactive -> throw refusal(inactive.code(), inactive.reason());
      case TokenVerdict.Active active -> {
        var claims = active.claims();
        boolean operator = claims.kind() == AccessClaims.Kind.OPERATOR;
        if (claims.isForOwnAccountAlone()) {
          throw refusal(Code.INSUFFICIENT_SCOPE, NO_ORGANIZATION);
        }
        if (active.powerless()) {
          throw refusal(Code.INSUFFICIENT_SCOPE, TokenVerdict.Inactive.MEMBER_REMOVED);
        }
        if (!operator && !active.permissions().containsAll(scopes)) {
          throw refusal(Code.INSUFFICIENT_SCOPE, Code.INSUFFICIENT_SCOPE.text());
        }
        allow(
            response,
            claims.organization() == null ? null : claims.organization().value(),
            claims.subject(),
            claims.environment(),
            active.permissions());
      }
    }
  }

  private static ProblemException refusal(Code code, String reason) {
    Problem problem =
        switch (code) {
          case INSUFFICIENT_SCOPE, IP_NOT_ALLOWED, ORGANIZATION_SUSPENDED, OK ->
              Problem.of(403, code.text(), "The credential does not permit this here.");
          case MALFORMED, NOT_FOUND, REVOKED, EXPIRED, KEY_SUSPENDED, WRONG_ENVIRONMENT ->
              Problem.of(AccessRefusedException.invalid());
        };
    return problem.because(reason).toException();
  }

  private static void allow(
      HttpServletResponse response,
      @Nullable String organization,
      String subject,
      @Nullable String environment,
      Collection<String> permissions) {
    response.setStatus(200);
    if (organization != null) {
      response.setHeader("X-Auth-Organization", organization);
    }
    response.setHeader("X-Auth-Subject", subject);
    if (environment != null) {
      response.setHeader("X-Auth-Environment", environment);
    }
    response.setHeader("X-Auth-Scopes", String.join(" ", new TreeSet<>(permissions)));
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(0);
  }
}
