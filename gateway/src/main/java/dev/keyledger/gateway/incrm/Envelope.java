package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What every JSON answer is wrapped in. */
final class Envelope {
  private Envelope() {}

  static Answer success(int status, JsonNode data) {
    ObjectNode envelope = Json.object().put("success", true);
    envelope.set("data", data);
    return Answer.json(status, envelope);
  }

  static Answer failure(int status, int code, String message) {
    ObjectNode envelope = Json.object().put("success", false);
    envelope.putObject("error").put("code", code).put("message", message);
    return Answer.json(status, envelope);
  }
}
