package dev.keyledger.conformance.script;

import dev.keyledger.events.EventCodec;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What came back. */
record Reply(int status, HttpHeaders headers, byte[] bytes) {
  List<String> all(String name) {
    return headers.allValues(name);
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Missing where the body is no JSON, which no shape fits. */
  JsonNode json() {
    try {
      return EventCodec.mapper().readTree(bytes);
    } catch (JacksonException e) {
      return EventCodec.mapper().missingNode();
    }
  }

  @Override
  public String toString() {
    return status + " " + headers.map() + "\n" + text();
  }
}
