package dev.keyledger.token.enforcement.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** A small JSON object, written straight into the answer; never to be stored by a cache between. */
final class JsonAnswer {
  // Buffers are kept by thread, of which there are few: the default's common pool is contended.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool()).build();
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

  // Formatting a date costs more than a decision, and the second is mostly the same.
  private static volatile Second lastSecond = new Second(0, SECONDS.format(Instant.EPOCH));

  private record Second(long epochSecond, String text) {}

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private final JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes);

  JsonAnswer() {
    json.writeStartObject();
  }

  JsonAnswer put(String name, @Nullable String value) {
    json.writeName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value);
    }
    return this;
  }

  JsonAnswer put(String name, boolean value) {
    json.writeBooleanProperty(name, value);
    return this;
  }

  JsonAnswer put(String name, long value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  JsonAnswer put(String name, Instant value) {
    json.writeStringProperty(name, text(value));
    return this;
  }

  JsonAnswer put(String name, Collection<String> values) {
    json.writeArrayPropertyStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
    return this;
  }

  /** Left out where there is none. */
  JsonAnswer putIfPresent(String name, @Nullable Object value) {
    return value == null ? this : put(name, value.toString());
  }

  void send(HttpServletResponse response, int status) throws IOException {
    json.writeEndObject();
    json.close();
    response.setStatus(status);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(bytes.size());
    bytes.writeTo(response.getOutputStream());
  }

  /** RFC 3339 in UTC with milliseconds. */
  static String text(Instant instant) {
    Second second = lastSecond;
    if (second.epochSecond() != instant.getEpochSecond()) {
      second = new Second(instant.getEpochSecond(), SECONDS.format(instant));
      lastSecond = second;
    }
    int millis = instant.getNano() / 1_000_000;
    return new StringBuilder(24)
        .append(second.text())
        .append((char) ('0' + millis / 100))
        .append((char) ('0' + millis / 10 % 10))
        .append((char) ('0' + millis % 10))
        .append('Z')
        .toString();
  }
}
