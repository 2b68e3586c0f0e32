package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.decide.Code;
import dev.keyledger.token.enforcement.decide.KeyQuestion;
import dev.keyledger.token.enforcement.decide.KeyVerdict;
import dev.keyledger.token.enforcement.decide.Place;
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

  private final transient Gate gate;
  private final transient Places places;
  private final transient TokenGrants grants;

  TokensServlet(Refusing refusing, Gate gate, Places places, TokenGrants grants) {
    super(refusing);
    this.gate = gate;
    this.places = places;
    this.grants = grants;
  }

  @Override
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requireMethod(request, "POST");
    FlatJson body = FlatJson.read(body(request, "application/json"), FIELDS);
    if (request.getHeader("Authorization") != null || request.getHeader("X-Api-Key") != null) {
      throw Problem.of(401, "multiple_credentials", "Present one credential, not several.")
          .because("multiple")
          .toException();
    }
    Place place = places.of(request);
    switch (gate.ask(questionOf(body, place))) {
      case KeyVerdict.Refused refused -> throw invalidKey(refused.code());
      case KeyVerdict.Accepted accepted -> {
        switch (grants.toHolder(accepted, List.of(), place)) {
          case Granting.Refused refused -> throw invalidKey(refused.code());
          case Granting.Granted granted -> send(granted, response);
        }
      }
    }
  }

  private static KeyQuestion questionOf(FlatJson body, Place place) {
    String apiKey = body.text("api_key");
    if (apiKey != null) {
      if (body.text("key_id") != null || body.text("secret") != null) {
        throw Problem.ofField("api_key", "Give either api_key, or key_id and secret.")
            .toException();
      }
      return KeyQuestion.exchange(apiKey, place);
    }
    String id = body.required("key_id");
    String secret = body.required("secret");
    try {
      return KeyQuestion.login(new KeyId(id), secret, place);
    } catch (IllegalArgumentException e) {
      throw invalidKey(Code.MALFORMED);
    }
  }

  private static void send(Granting.Granted granted, HttpServletResponse response)
      throws IOException {
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
