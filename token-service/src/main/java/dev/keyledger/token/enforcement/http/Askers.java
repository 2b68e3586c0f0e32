package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Credential;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.token.enforcement.decide.KeyQuestion;
import dev.keyledger.token.enforcement.decide.KeyVerdict;
import dev.keyledger.token.enforcement.decide.Place;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Authenticates whoever calls introspection or revocation: one of our services, an OAuth client by
 * its key's id and secret, or anybody whose key or token is good.
 */
public final class Askers {
  private static final Set<KeyUse> ANY_USE = Set.of(KeyUse.values());

  private final Gate gate;
  private final Places places;
  private final StateAuthenticator authenticator;
  private final InternalTokens internalTokens;

  public Askers(
      Gate gate, Places places, StateAuthenticator authenticator, InternalTokens internalTokens) {
    this.gate = gate;
    this.places = places;
    this.authenticator = authenticator;
    this.internalTokens = internalTokens;
  }

  /**
   * @throws OauthError {@code invalid_client} when nobody, or nobody good, asks
   */
  Asker of(HttpServletRequest request, Form form) {
    return find(request, form).orElseThrow(OauthError::invalidClient);
  }

  Optional<Asker> find(HttpServletRequest request, Form form) {
    Place place = places.of(request);
    Optional<ClientCredentials> client = ClientCredentials.of(request, form);
    if (client.isPresent()) {
      return Optional.of(ofClient(client.get(), place));
    }
    return credentialOf(request).map(credential -> ofCredential(credential, place));
  }

  private static Optional<Credential> credentialOf(HttpServletRequest request) {
    try {
      return Callers.credentialOf(request);
    } catch (AccessRefusedException e) {
      throw OauthError.invalidClient();
    }
  }

  private Asker ofClient(ClientCredentials client, Place place) {
    var question =
        new KeyQuestion(
            client.secret().revealSecret(), ANY_USE, client.id(), null, place, Set.of());
    return switch (gate.ask(question)) {
      case KeyVerdict.Refused refused -> throw OauthError.invalidClient();
      case KeyVerdict.Accepted accepted ->
          new Asker.Known(StateAuthenticator.callerOf(accepted, gate.now(), ""));
    };
  }

  private Asker ofCredential(Credential credential, Place place) {
    if (credential instanceof Credential.SignedToken token) {
      Optional<String> service = internalTokens.verify(token.text().revealSecret());
      if (service.isPresent()) {
        return new Asker.Internal(service.get());
      }
    }
    try {
      return new Asker.Known(authenticator.callerOf(credential, place));
    } catch (AccessRefusedException e) {
      if (e.status() == 503) {
        throw e;
      }
      throw OauthError.invalidClient();
    }
  }
}
