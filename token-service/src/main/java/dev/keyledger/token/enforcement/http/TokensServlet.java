package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.web.MediaTypes;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * {@code POST /v1/tokens}: a key's secret, or key id and secret, for an access token. Public: the
 * credential is in the body, and a second one in a header is refused.
 */
final class TokensServlet extends HotServlet {
  private static final Set<String> FIELDS = Set.of("api_key", "key_id", "secret");

  private final transient CredentialChecks checks;
  private final transient RequestContextReader contexts;
  private final transient TokenGrants grants;

  TokensServlet(
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
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    FlatJson body = FlatJson.read(body(request, MediaTypes.JSON), FIELDS);
    if (request.getHeader("Authorization") != null || request.getHeader("X-Api-Key") != null) {
      throw Problem.of(401, "multiple_credentials", "Present one credential, not several.")
          .because("multiple")
          .toException();
    }
    RequestContext context = contexts.of(request);
    switch (checks.askAhead(questionOf(body, context))) {
      case KeyVerdict.Refused refused -> throw invalidKey(refused.code());
      case KeyVerdict.Accepted accepted -> {
        switch (grants.toHolder(accepted, false, List.of(), context)) {
          case Granting.Refused refused -> throw invalidKey(refused.code());
          case Granting.Limited limited -> {
            limited.quota().announce(response);
            throw Problem.of(
                    429, "rate_limited", "The organisation has had its tokens for the while.")
                .toException();
          }
          case Granting.Granted granted -> send(granted, response);
        }
      }
    }
  }

  private static KeyQuestion questionOf(FlatJson body, RequestContext context) {
    String apiKey = body.presented("api_key");
    if (apiKey != null) {
      if (body.presented("key_id") != null || body.presented("secret") != null) {
        throw Problem.ofField("api_key", "Give either api_key, or key_id and secret.")
            .toException();
      }
      return KeyQuestion.exchange(apiKey, context);
    }
    String id = body.credential("key_id");
    String secret = body.credential("secret");
    try {
      return KeyQuestion.login(new KeyId(id), secret, context);
    } catch (IllegalArgumentException e) {
      throw invalidKey(Code.MALFORMED);
    }
  }

  private static void send(Granting.Granted granted, HttpServletResponse response)
      throws IOException {
    granted.announceQuota(response);
    var answer =
        new JsonAnswer()
            .put("access_token", granted.access().token().revealSecret())
            .put("token_type", "Bearer")
            .put("expires_in", granted.access().expiresIn())
            .put("expires_at", granted.access().expiresAt());
    if (granted.refresh() != null) {
      answer.put("refresh_token", granted.refresh().revealSecret());
    }
    answer.send(response, 200);
  }

  // One answer for every reason: what was presented may have been guessed or stolen.
  private static ProblemException invalidKey(Code code) {
    return Problem.of(401, "invalid_key", "The key is not valid.")
        .because(code.text())
        .toException();
  }
}
