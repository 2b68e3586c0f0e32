package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.kit.internal.InternalCallers;
import dev.keyledger.kit.internal.ServicePair;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Authenticates a request to the hot path's endpoints: its caller by the one credential in its
 * headers, or, for introspection and revocation, a {@link Principal}: one of the platform's own
 * services, an OAuth client by its key's id and secret, or the caller.
 */
@Component
final class RequestAuthenticator {
  private static final Set<KeyUse> ANY_USE = Set.of(KeyUse.values());

  private final CredentialChecks checks;
  private final RequestContextReader contexts;
  private final StateAuthenticator authenticator;
  private final InternalCallers internalCallers;

  RequestAuthenticator(
      CredentialChecks checks,
      RequestContextReader contexts,
      StateAuthenticator authenticator,
      InternalCallers internalCallers) {
    this.checks = checks;
    this.contexts = contexts;
    this.authenticator = authenticator;
    this.internalCallers = internalCallers;
  }

  /**
   * @throws AccessRefusedException 401, 403 or 503
   */
  Caller callerOf(HttpServletRequest request) {
    Credential credential = credentialOf(request).orElseThrow(AccessRefusedException::missing);
    try {
      return authenticator.byState(credential, contexts.of(request));
    } catch (UnknowableException e) {
      throw AccessRefusedException.notFresh();
    }
  }

  /**
   * @param services which of our own may ask here
   * @throws OauthError {@code invalid_client} when no credential is presented, or none that is
   *     good; {@code unauthorized_client} for one of our services that isn't among these
   */
  Principal principalOf(HttpServletRequest request, Form form, Set<ServicePair> services) {
    RequestContext context = contexts.of(request);
    Optional<ClientCredentials> client = ClientCredentials.of(request, form);
    if (client.isPresent()) {
      return ofClient(client.get(), context);
    }
    return soleCredentialOf(request)
        .map(credential -> ofCredential(credential, context, services))
        .orElseThrow(OauthError::invalidClient);
  }

  /**
   * @throws AccessRefusedException 401 when there are several
   */
  static Optional<Credential> credentialOf(HttpServletRequest request) {
    return Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"));
  }

  static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  private static Optional<Credential> soleCredentialOf(HttpServletRequest request) {
    try {
      return credentialOf(request);
    } catch (AccessRefusedException e) {
      throw OauthError.invalidClient();
    }
  }

  private Principal ofClient(ClientCredentials client, RequestContext context) {
    var question =
        new KeyQuestion(
            client.secret().revealSecret(), ANY_USE, client.id(), null, context, Set.of());
    return switch (checks.ask(question)) {
      case KeyVerdict.Refused refused -> throw OauthError.invalidClient();
      case KeyVerdict.Accepted accepted ->
          new Principal.Known(StateAuthenticator.callerOf(accepted, checks.now(), ""));
    };
  }

  private Principal ofCredential(
      Credential credential, RequestContext context, Set<ServicePair> services) {
    if (credential instanceof Credential.SignedToken token) {
      Optional<ServicePair> caller = internalCallers.callerBy(token.text().revealSecret());
      if (caller.isPresent()) {
        if (!services.contains(caller.get())) {
          throw OauthError.unauthorizedService();
        }
        return new Principal.Internal(caller.get());
      }
    }
    try {
      return new Principal.Known(authenticator.authenticate(credential, context));
    } catch (AccessRefusedException e) {
      if (e.status() == 503) {
        throw e;
      }
      throw OauthError.invalidClient();
    }
  }
}
