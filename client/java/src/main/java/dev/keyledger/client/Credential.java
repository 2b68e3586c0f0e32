package dev.keyledger.client;

import dev.keyledger.events.credential.SecretText;
import java.util.List;
import java.util.Optional;

/** What a request presents, not verified yet. */
public sealed interface Credential {
  SecretText text();

  /** Three parts: a signed token (RFC 7515, section 7.1), which can be verified here. */
  record SignedToken(SecretText text) implements Credential {}

  /** Five parts: an encrypted token (RFC 7516, section 7.1), which token-service alone can read. */
  record OpaqueToken(SecretText text) implements Credential {}

  /** Anything else is taken for an API key. */
  record ApiKey(SecretText text) implements Credential {}

  /**
   * @param authorization every {@code Authorization} of the request
   * @param apiKey every {@code X-Api-Key} of the request
   * @return empty when the request presents none, or only of a scheme that isn't {@code Bearer}
   * @throws AccessRefusedException 401 {@code multiple_credentials}: of two either could be meant
   */
  static Optional<Credential> in(List<String> authorization, List<String> apiKey) {
    if (authorization.size() + apiKey.size() > 1) {
      throw AccessRefusedException.multiple();
    }
    if (!apiKey.isEmpty()) {
      return Optional.of(new ApiKey(new SecretText(apiKey.get(0).strip())));
    }
    return authorization.isEmpty() ? Optional.empty() : ofBearer(authorization.get(0));
  }

  private static Optional<Credential> ofBearer(String authorization) {
    String scheme = "bearer ";
    if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return Optional.empty();
    }
    String text = authorization.substring(scheme.length()).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(of(text));
  }

  /** Told apart by form alone; a secret of ours has no dots. */
  static Credential of(String text) {
    var secret = new SecretText(text);
    return switch (dotsIn(text)) {
      case 2 -> new SignedToken(secret);
      case 4 -> new OpaqueToken(secret);
      default -> new ApiKey(secret);
    };
  }

  private static int dotsIn(String text) {
    int dots = 0;
    for (int at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
      dots++;
    }
    return dots;
  }
}
