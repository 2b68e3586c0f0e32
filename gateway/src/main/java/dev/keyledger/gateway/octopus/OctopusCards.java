package dev.keyledger.gateway.octopus;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Body;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Dialect;
import dev.keyledger.gateway.dialect.Endpoint;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * A key's id and secret are user name and password; they log in for an access token, and a refresh
 * token that is exchanged for the next pair.
 */
@Component
final class OctopusCards implements Dialect {
  private final Canonical canonical;

  OctopusCards(Canonical canonical) {
    this.canonical = canonical;
  }

  @Override
  public String name() {
    return "octopus-cards";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/auth/login", this::login),
        Endpoint.post("/auth/login/refresh", this::refresh),
        Endpoint.any("/api/v1/products", canonical::forKeys));
  }

  private Answer login(Call call) {
    Body body = call.body();
    var pair =
        Json.object().put("key_id", body.text("username")).put("secret", body.text("password"));
    return tokens(canonical.on(call).withoutCredential().post("/v1/tokens", pair).orRefuse());
  }

  private Answer refresh(Call call) {
    String token = call.body().text("refresh_token");
    Reply reply =
        canonical
            .on(call)
            .withoutCredential()
            .form("/oauth2/token", Map.of("grant_type", "refresh_token", "refresh_token", token));
    if (reply.status() == 400) {
      // So OAuth calls a refresh token that is no good.
      Problem problem = reply.problem();
      throw Problem.of(401, problem.code(), problem.detail()).toException();
    }
    return tokens(reply.orRefuse());
  }

  private static Answer tokens(Reply reply) {
    return Answer.json(
        200,
        Json.object()
            .put("access_token", reply.text("access_token"))
            .put("refresh_token", reply.text("refresh_token"))
            .put("token_type", reply.text("token_type"))
            .put("expires_in", reply.json().path("expires_in").asLong()));
  }

  @Override
  public Answer refusal(Problem problem) {
    return OctopusError.of(problem).answer().with(problem.headers());
  }
}
