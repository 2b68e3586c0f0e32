package dev.keyledger.gateway.incard;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Dialect;
import dev.keyledger.gateway.dialect.Endpoint;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * A program exchanges its key at one of two paths, one for each environment, and sends the token
 * with every request to the developer API.
 */
@Component
final class Incard implements Dialect {
  /** One for every reason: what was presented may have been guessed or stolen. */
  private static final Problem INVALID_KEY =
      Problem.of(401, "invalid_key", "The key is not valid.");

  private static final Problem UNAUTHORIZED =
      Problem.of(401, "unauthorized", "This takes a token that is valid here.")
          .withHeader("WWW-Authenticate", "Bearer");

  private static final Problem FORBIDDEN =
      Problem.of(403, "forbidden", "The credential does not permit this.");

  private final Canonical canonical;

  Incard(Canonical canonical) {
    this.canonical = canonical;
  }

  @Override
  public String name() {
    return "incard";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/auth/v1/sandbox/token", call -> token(call, "sandbox")),
        Endpoint.post("/auth/v1/token", call -> token(call, "live")),
        Endpoint.any("/developer/**", canonical::forKeys));
  }

  private Answer token(Call call, String environment) {
    var key = Json.object().put("api_key", call.body().text("api_key"));
    try {
      Reply reply =
          canonical.on(call).withoutCredential().in(environment).post("/v1/tokens", key).orRefuse();
      return Answer.json(
          200,
          Json.object()
              .put("access_token", reply.text("access_token"))
              .put("expires_at", reply.text("expires_at")));
    } catch (ProblemException e) {
      return e.problem().status() == 401 ? Answer.problem(INVALID_KEY) : refusal(e.problem());
    }
  }

  @Override
  public Answer refusal(Problem problem) {
    return Answer.problem(
        switch (problem.status()) {
          case 401 -> UNAUTHORIZED;
          // Also for the token of a removed member's key: it is good, but worth nothing any more.
          case 403 -> FORBIDDEN;
          default -> problem;
        });
  }
}
