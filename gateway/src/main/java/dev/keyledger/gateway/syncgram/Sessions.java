package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Body;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import tools.jackson.databind.node.ObjectNode;

/** Login in two steps, and refresh. */
final class Sessions {
  private final Canonical canonical;

  Sessions(Canonical canonical) {
    this.canonical = canonical;
  }

  /** 202 with a challenge; tokens at once only where a policy came to ask for no second step. */
  Answer login(Call call) {
    Body body = call.body();
    Reply reply =
        ask(
            call,
            "/v1/sessions",
            Json.object().put("email", body.text("email")).put("password", body.text("password")));
    return reply.status() == 202
        ? Answer.json(202, Json.object().put("challenge", reply.text("challenge")))
        : tokens(reply);
  }

  Answer verify(Call call) {
    Body body = call.body();
    return tokens(
        ask(
            call,
            "/v1/sessions/verify",
            Json.object().put("challenge", body.text("challenge")).put("code", body.text("code"))));
  }

  Answer refresh(Call call) {
    String token = call.body().text("refresh_token");
    Reply reply = send(call, "/v1/sessions/refresh", Json.object().put("refresh_token", token));
    // A text that can be no refresh token of ours, such as another credential, is an unknown one.
    if (reply.status() == 422) {
      throw Refusals.unauthenticated();
    }
    return tokens(reply.orRefuse());
  }

  private Reply ask(Call call, String path, ObjectNode body) {
    return send(call, path, body).orRefuse();
  }

  private Reply send(Call call, String path, ObjectNode body) {
    return canonical.on(call).withoutCredential().post(path, body);
  }

  private static Answer tokens(Reply reply) {
    return Answer.json(
        200,
        Json.object()
            .put("access_token", reply.text("access_token"))
            .put("refresh_token", reply.text("refresh_token")));
  }
}
