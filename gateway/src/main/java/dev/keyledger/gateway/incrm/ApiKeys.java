package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Body;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Making keys. InCRM publishes nothing else about them. */
final class ApiKeys {
  private final Canonical canonical;
  private final Credentials credentials;

  ApiKeys(Canonical canonical, Credentials credentials) {
    this.canonical = canonical;
    this.credentials = credentials;
  }

  /** Waits until the key works, so that its first use does. */
  Answer create(Call call) {
    String organization = credentials.session(call);
    Body body = call.body();
    ObjectNode asked = Json.object().put("name", body.text("name"));
    var scopes = asked.putArray("scopes");
    body.texts("scopes").forEach(scope -> scopes.add(ScopeNames.ours(scope)));
    body.optionalText("expiresAt").ifPresent(end -> asked.put("expires_at", end));
    Reply reply =
        canonical
            .on(call)
            .with("Prefer", "wait=5")
            .post("/v1/organizations/{org}/keys", asked, organization);
    if (!reply.isSuccess()) {
      throw Credentials.refusal(call, reply.problem());
    }
    return Envelope.success(201, created(reply.json()));
  }

  private static ObjectNode created(JsonNode answer) {
    JsonNode key = answer.path("key");
    ObjectNode data =
        Json.object()
            .put("id", key.path("id").asString())
            .put("name", key.path("name").asString())
            .put("key", answer.path("secret").asString())
            .put("keyPrefix", key.path("prefix").asString());
    var scopes = data.putArray("scopes");
    key.path("scopes").forEach(scope -> scopes.add(ScopeNames.theirs(scope.asString())));
    data.set("expiresAt", key.path("expires_at"));
    return data.put("isActive", key.path("status").asString().equals("active"))
        .put("createdAt", key.path("created_at").asString());
  }
}
