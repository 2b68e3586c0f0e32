package dev.keyledger.conformance.wire;

import dev.keyledger.events.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What came back.
 *
 * @param headers lines as they came
 * @param took from the last byte sent to the last byte read
 */
public record Answered(int status, List<String> headers, byte[] body, Duration took) {
  /** What differs from one answer to the next whatever was asked. */
  private static final List<String> OF_THE_MOMENT =
      List.of("date", "x-request-id", "traceparent", "keyledger-lag");

  public List<String> all(String name) {
    return headers.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  /** The first of that name, or an empty text. */
  public String header(String name) {
    return all(name).stream().findFirst().orElse("");
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** Missing where the body is no JSON. */
  public JsonNode json() {
    try {
      return EventCodec.mapper().readTree(body);
    } catch (JacksonException e) {
      return EventCodec.mapper().missingNode();
    }
  }

  /** A field by its path, such as {@code data.accessToken}, or an empty text. */
  public String field(String path) {
    JsonNode node = json();
    for (String name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return node.asString("");
  }

  /** The value of a cookie that is set, or an empty text. */
  public String cookie(String name) {
    return all("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.substring(name.length() + 1).replaceFirst(";.*", ""))
        .findFirst()
        .orElse("");
  }

  /** All that an attacker could tell two answers apart by, save their time. */
  public String looks() {
    var lines = new ArrayList<String>();
    lines.add(Integer.toString(status));
    headers.stream()
        .filter(line -> {
          String name = line.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
          return !OF_THE_MOMENT.contains(name);
        })
        .sorted()
        .forEach(lines::add);
    lines.add(text());
    return String.join("\n", lines);
  }

  @Override
  public String toString() {
    return status + " " + headers + "\n" + text();
  }
}
