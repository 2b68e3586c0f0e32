package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How an OAuth client shows who it is (RFC 6749, section 2.3.1): its key's id and secret, by Basic
 * or in the form, and never both.
 */
record ClientCredentials(KeyId id, SecretText secret) {
  /**
   * Empty when there are none.
   *
   * @throws OauthError {@code invalid_client} for what is malformed, {@code invalid_request} for
   *     several at once (section 5.2)
   */
  static Optional<ClientCredentials> of(HttpServletRequest request, Form form) {
    List<String> headers = RequestAuthenticator.values(request, "Authorization");
    String secret = form.get("client_secret");
    int shown =
        headers.size()
            + RequestAuthenticator.values(request, "X-Api-Key").size()
            + (secret == null ? 0 : 1);
    if (shown > 1) {
      throw OauthError.invalidRequest("The client authenticates in one way, not in several.")
          .because("multiple");
    }
    if (secret != null) {
      return Optional.of(
          of(form.get("client_id") == null ? "" : form.required("client_id"), secret));
    }
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    String scheme = "basic ";
    String header = headers.getFirst();
    if (!header.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return Optional.empty();
    }
    ClientCredentials basic = ofBasic(header.substring(scheme.length()).strip());
    String named = form.get("client_id");
    if (named != null && !named.equals(basic.id().value())) {
      throw OauthError.invalidClient();
    }
    return Optional.of(basic);
  }

  private static ClientCredentials ofBasic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw OauthError.invalidClient();
      }
      return of(decoded(pair.substring(0, colon)), decoded(pair.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw OauthError.invalidClient();
    }
  }

  // Section 2.3.1: both are form-encoded before they are joined.
  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static ClientCredentials of(String id, String secret) {
    try {
      return new ClientCredentials(new KeyId(id), new SecretText(secret));
    } catch (IllegalArgumentException e) {
      throw OauthError.invalidClient().because("malformed");
    }
  }
}
