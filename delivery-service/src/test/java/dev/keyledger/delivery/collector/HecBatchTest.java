package dev.keyledger.delivery.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.subscription.CollectorSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HecBatchTest {
  private static CollectedEvent event(String at, String line) {
    return new CollectedEvent(
        1, "evt_1", "key.created", Instant.parse(at), 1, line.getBytes(StandardCharsets.UTF_8));
  }

  private static List<JsonNode> objects(byte[] body) {
    try (var all = EventCodec.mapper().readerFor(JsonNode.class).<JsonNode>readValues(body)) {
      return all.readAll();
    }
  }

  @Test
  void aRequestIsAnObjectForEachEventWithItsTimeInSeconds() {
    List<JsonNode> all =
        objects(
            HecBatch.of(
                List.of(
                    event("2026-11-28T02:03:04.005Z", "{\"a\":\"ä\"}"),
                    event("2026-11-28T02:03:05Z", "{}")),
                CollectorSettings.NONE));

    assertThat(all).hasSize(2);
    assertThat(all.getFirst().path("time").doubleValue()).isEqualTo(1795831384.005);
    assertThat(all.getFirst().at("/event/a").stringValue()).isEqualTo("ä");
    assertThat(all.getFirst().path("sourcetype").stringValue()).isEqualTo("keyledger:ocsf");
    assertThat(all.getFirst().has("index")).isFalse();
    assertThat(all.getLast().path("time").doubleValue()).isEqualTo(1795831385.0);
  }

  @Test
  void anIndexAndASourcetypeThatWereNamedStandInEach() {
    List<JsonNode> all =
        objects(
            HecBatch.of(
                List.of(event("2026-11-28T02:03:04Z", "{}")),
                new CollectorSettings("security", "ocsf:api", null, null)));

    assertThat(all.getFirst().path("index").stringValue()).isEqualTo("security");
    assertThat(all.getFirst().path("sourcetype").stringValue()).isEqualTo("ocsf:api");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        "200 | {\"text\":\"Success\",\"code\":0} | -",
        "200 | {\"text\":\"No data\",\"code\":5} | hec_5",
        "200 | <html>Welcome</html> | not_understood",
        "200 | {\"text\":\"Success\"} | not_understood",
        "200 | {\"code\":\"0\"} | not_understood",
        "403 | {\"text\":\"Invalid token\",\"code\":4} | hec_4",
        "503 | {\"text\":\"Server is busy\",\"code\":9} | hec_9",
        "500 | whatever token it was sent | -",
        "400 | {\"code\":123456} | -",
      })
  void whatACollectorSaysIsANumberOrNothing(int status, String answer, String err) {
    assertThat(HecBatch.err(status, answer.getBytes(StandardCharsets.UTF_8))).isEqualTo(err);
  }
}
