package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.services.Api;
import dev.keyledger.testing.People.Organization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a reader of the platform's topics finds that knows Kafka and CloudEvents alone. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES, Tool.KCAT})
class KafkaEventsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aRecordOfTheLedgersTopicIsACloudEventInBinaryMode() {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Api owner = StockCluster.get().people().join(organization, "owner").api();
    Client.createdBy(owner, organization, "test", List.of());
    try (Script reader = Script.start("kafka-events.mjs", Map.of())) {
      assertThat(reader.answer().at("/ready").asBoolean()).isTrue();
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(read(organization, reader))
                  .extracting(one -> one.at("/event/type").asString())
                  .contains("dev.keyledger.key.created"));
      for (JsonNode one : read(organization, reader)) {
        assertThat(one.at("/good").asBoolean()).as(one.toString()).isTrue();
        assertThat(one.at("/event/specversion").asString()).isEqualTo("1.0");
        assertThat(one.at("/event/organization").asString()).isEqualTo(organization.id());
        assertThat(one.at("/event/data/organization").asString()).isEqualTo(organization.id());
      }
    }
  }

  /** The organisation's records: they have its id as their key. */
  private static List<JsonNode> read(Organization organization, Script reader) {
    return records().stream()
        .filter(line -> line.contains("\"key\":\"" + organization.id() + "\""))
        .map(reader::ask)
        .toList();
  }

  private static List<String> records() {
    try {
      Process kcat =
          new ProcessBuilder(
                  Tool.KCAT.require().toString(),
                  "-C",
                  "-e",
                  "-q",
                  "-J",
                  "-b",
                  StockCluster.get().servers().bootstrapServers(),
                  "-t",
                  Topics.EVENTS)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String all = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(kcat.waitFor()).isZero();
      return all.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("kcat could not be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
