package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.RequestContext;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code POST /oauth2/token} (RFC 6749, sections 3.2, 4.4 and 6). Public: it authenticates by what
 * is presented.
 */
final class TokenEndpoint extends OauthServlet {
  private final transient CredentialChecks checks;
  private final transient RequestContextReader contexts;
  private final transient TokenGrants grants;

  TokenEndpoint(
      Refusing refusing,
      CredentialChecks checks,
      RequestContextReader contexts,
      TokenGrants grants) {
    super(refusing);
    this.checks = checks;
    this.contexts = contexts;
    this.grants = grants;
  }

  @Override
  void answer(HttpServletRequest request, Form form, HttpServletResponse response)
      throws IOException {
    RequestContext context = contexts.of(request);
    String grantType = form.required("grant_type");
    Granting.Granted grant =
        switch (grantType) {
          case "client_credentials" -> ofClient(request, form, context, response);
          case "refresh_token" -> ofRefreshToken(request, form, context);
          default -> throw OauthError.unsupportedGrantType();
        };
    var answer =
        new JsonAnswer()
            .put("access_token", grant.access().token().revealSecret())
            .put("token_type", "Bearer")
            .put("expires_in", grant.access().expiresIn())
            .put("scope", String.join(" ", new TreeSet<>(grant.scope())));
    if (grant.refresh() != null) {
      answer.put("refresh_token", grant.refresh().revealSecret());
    }
    response.setHeader("Pragma", "no-cache");
    grant.announceQuota(response);
    answer.send(response, 200);
  }

  private Granting.Granted ofClient(
      HttpServletRequest request, Form form, RequestContext context, HttpServletResponse response) {
    ClientCredentials client =
        ClientCredentials.of(request, form)
            .orElseThrow(() -> OauthError.invalidClient().because("missing"));
    KeyVerdict.Accepted accepted = accepted(client, context);
    List<String> scope = form.list("scope");
    if (!accepted.permissions().containsAll(scope)) {
      throw OauthError.invalidScope();
    }
    return switch (grants.toHolder(accepted, true, scope, context)) {
      case Granting.Granted granted -> granted;
      case Granting.Limited limited -> {
        limited.quota().announce(response);
        throw OauthError.rateLimited();
      }
      case Granting.Refused refused ->
          throw OauthError.invalidClient().because(refused.code().text());
    };
  }

  // A client that has a secret shows it here too (section 6), and what it obtains is a use of it.
  private Granting.Granted ofRefreshToken(
      HttpServletRequest request, Form form, RequestContext context) {
    KeyVerdict.Accepted client =
        ClientCredentials.of(request, form)
            .map(credentials -> accepted(credentials, context))
            .orElse(null);
    var presented =
        new Presentation(
            form.required("refresh_token"),
            client == null ? null : client.key().id(),
            form.get("client_id"),
            Set.copyOf(form.list("scope")),
            context,
            request.getHeader("User-Agent"));
    return switch (grants.toRefreshToken(presented)) {
      case Granting.Granted granted -> {
        if (client != null) {
          checks.used(client, context);
        }
        yield granted;
      }
      case Granting.Refused refused ->
          throw OauthError.invalidGrant().because(refused.code().text());
      case Granting.Declined declined ->
          throw switch (declined.fault()) {
            case CLIENT_NOT_AUTHENTICATED -> OauthError.invalidClient().because("missing");
            case BEYOND_SCOPE -> OauthError.invalidScope();
          };
    };
  }

  // Whether it comes to a use of the key, what is granted says.
  private KeyVerdict.Accepted accepted(ClientCredentials client, RequestContext context) {
    return switch (checks.askAhead(
        KeyQuestion.login(client.id(), client.secret().revealSecret(), context))) {
      case KeyVerdict.Accepted accepted -> accepted;
      case KeyVerdict.Refused refused ->
          throw OauthError.invalidClient().because(refused.code().text());
    };
  }
}
