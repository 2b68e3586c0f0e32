package dev.keyledger.token.http;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.subscriber.Problem;
import dev.keyledger.subscriber.ProblemException;
import dev.keyledger.subscriber.web.ProblemWriter;
import dev.keyledger.token.decide.KeyQuestion;
import dev.keyledger.token.decide.KeyVerdict;
import dev.keyledger.token.decide.Place;
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

  TokensServlet(ProblemWriter problems, Gate gate, Places places, TokenGrants grants) {
    super(problems);
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
          .toException();
    }
    Place place = places.of(request);
    switch (gate.ask(questionOf(body, place))) {
      case KeyVerdict.Refused refused -> throw invalidKey();
      case KeyVerdict.Accepted accepted -> {
        TokenGrants.Grant grant = grants.toHolder(accepted, List.of(), place);
        if (grant == null) {
          throw invalidKey();
        }
        send(grant, response);
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
      throw invalidKey();
    }
  }

  private static void send(TokenGrants.Grant grant, HttpServletResponse response)
      throws IOException {
    var answer =
        new JsonAnswer()
            .put("access_token", grant.access().token().revealSecret())
            .put("token_type", "Bearer")
            .put("expires_in", grant.access().expiresIn())
            .put("expires_at", grant.access().expiresAt());
    if (grant.refresh() != null) {
      answer.put("refresh_token", grant.refresh().revealSecret());
    }
    answer.send(response, 200);
  }

  // One answer for every reason: what was presented may have been guessed or stolen.
  private static ProblemException invalidKey() {
    return Problem.of(401, "invalid_key", "The key is not valid.").toException();
  }
}
