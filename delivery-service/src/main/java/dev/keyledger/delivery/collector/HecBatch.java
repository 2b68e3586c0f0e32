package dev.keyledger.delivery.collector;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.subscription.CollectorSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What Splunk's HTTP Event Collector takes by one request: an object for each event, one behind the
 * other, and what it says to that.
 */
final class HecBatch {
  private static final String HOST = "keyledger";
  private static final String SOURCETYPE = "keyledger:ocsf";

  private HecBatch() {}

  static byte[] of(List<CollectedEvent> events, CollectorSettings settings) {
    var body = new ByteArrayOutputStream();
    // None of these needs to be escaped: see what they may be.
    String index = settings.index() == null ? "" : ",\"index\":\"" + settings.index() + "\"";
    String sourcetype = Objects.requireNonNullElse(settings.sourcetype(), SOURCETYPE);
    String behind =
        ",\"host\":\""
            + HOST
            + "\",\"source\":\"keyledger\",\"sourcetype\":\""
            + sourcetype
            + "\""
            + index
            + ",\"event\":";
    for (CollectedEvent one : events) {
      body.writeBytes(ascii("{\"time\":" + seconds(one.at()) + behind));
      body.writeBytes(one.line());
      body.writeBytes(ascii("}\n"));
    }
    return body.toByteArray();
  }

  /** Since 1970, with three digits behind the point. */
  private static String seconds(Instant at) {
    long millis = at.toEpochMilli();
    return Math.floorDiv(millis, 1000L) + ".%03d".formatted(Math.floorMod(millis, 1000L));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What it has against a batch, by its number for that. Nothing else of the answer is kept: it may
   * repeat what it was sent.
   *
   * @return {@code null} where it took it, or where the status alone says that it didn't
   */
  static @Nullable String err(int status, byte[] answer) {
    Integer code = code(answer);
    if (status / 100 == 2) {
      return code == null ? "not_understood" : code == 0 ? null : "hec_" + code;
    }
    return code == null ? null : "hec_" + code;
  }

  private static @Nullable Integer code(byte[] answer) {
    try {
      JsonNode code = EventCodec.mapper().readTree(answer).path("code");
      return code.isInt() && code.intValue() >= 0 && code.intValue() < 1000
          ? Integer.valueOf(code.intValue())
          : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
