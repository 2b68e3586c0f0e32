package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.integration.faults.Client.Acknowledged;
import dev.keyledger.integration.faults.Client.Issued;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testing.TopicRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * What the ledger, the topics and the views hold when the trouble is over, read past every service
 * of ours where that is possible, and compared with what clients were told.
 */
final class Evidence {
  private static final Duration VERDICTS_WITHIN = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final Map<String, List<Row>> ledger = new TreeMap<>();

  /** An event as PostgreSQL has it. */
  private record Row(long position, String type, String key) {}

  Evidence(Cluster cluster) throws SQLException {
    this.cluster = cluster;
    try (var connection = cluster.servers().asSuperuser();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT organization, position, type, payload FROM command.event"
                    + " ORDER BY organization, position")) {
      while (rows.next()) {
        JsonNode payload = EventCodec.mapper().readTree(rows.getBytes(4));
        ledger
            .computeIfAbsent(rows.getString(1), organization -> new ArrayList<>())
            .add(new Row(rows.getLong(2), rows.getString(3), payload.path("key").asString("")));
      }
    }
  }

  /** G1: nothing that was acknowledged is missing, and nothing happened twice. */
  void showsEveryAcknowledgedCommandOnce(List<Acknowledged> acknowledged) {
    for (Acknowledged command : acknowledged) {
      List<Row> rows =
          ledger.getOrDefault(command.organization(), List.of()).stream()
              .filter(row -> row.type().equals(command.type()))
              .filter(row -> row.key().equals(command.key()))
              .toList();
      assertThat(rows).as(command.toString()).hasSize(1);
      assertThat(rows.getFirst().position())
          .as(command.toString())
          .isLessThanOrEqualTo(command.position());
    }
  }

  /** Positions count from 0 without a gap, in every organisation. */
  void showsNoGap() {
    ledger.forEach((organization, rows) ->
        assertThat(rows.stream().map(Row::position))
            .as(organization)
            .containsExactlyElementsOf(upTo(rows.size())));
  }

  /** G2: {@code events.v1} holds exactly the ledger, in order, each event once. */
  void isTheSameOnTheTopic() {
    Map<String, List<Row>> topic = topic();
    assertThat(topic.keySet()).isEqualTo(ledger.keySet());
    ledger.forEach((organization, rows) ->
        assertThat(topic.get(organization)).as(organization).isEqualTo(rows));
  }

  /** Whether all that was in the ledger has been sent; more may have been since. */
  boolean isOnTheTopic() {
    Map<String, List<Row>> topic = topic();
    return ledger.entrySet().stream()
        .allMatch(entry ->
            topic.getOrDefault(entry.getKey(), List.of()).size() >= entry.getValue().size());
  }

  private Map<String, List<Row>> topic() {
    Map<String, List<Row>> topic = new HashMap<>();
    for (byte[] value : committed(Topics.EVENTS)) {
      if (PoisonedRecords.isPoison(value)) {
        continue;
      }
      LedgerEvent event = EventCodec.decodeEvent(value);
      JsonNode json = EventCodec.mapper().readTree(value);
      topic
          .computeIfAbsent(event.organization().value(), organization -> new ArrayList<>())
          .add(
              new Row(
                  event.position(),
                  json.path("type").asString(),
                  json.path("data").path("key").asString("")));
    }
    return topic;
  }

  /** The views have caught up with the ledger and tell the same history. */
  void isTheSameInTheViews(List<Organization> organizations) {
    Api operator = cluster.people().operator();
    for (Organization organization : organizations) {
      List<Row> rows = ledger.getOrDefault(organization.id(), List.of());
      var seen = new ArrayList<Long>();
      String cursor = "";
      do {
        Answer page =
            operator.get(
                organization.path()
                    + "/events?limit=100&at_least="
                    + (rows.size() - 1)
                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        page.node("items").forEach(item -> seen.add(item.path("position").asLong()));
        cursor = page.text("next_cursor");
      } while (!cursor.isEmpty());
      assertThat(seen.reversed())
          .as(organization.slug())
          .containsExactlyElementsOf(upTo(rows.size()));
    }
  }

  /** Every replica of token-service accepts a key until the ledger says that it was revoked. */
  void isTheSameInTheVerdicts(List<Issued> keys) {
    for (Issued key : keys) {
      boolean revoked =
          ledger.getOrDefault(key.organization(), List.of()).stream()
              .anyMatch(row -> row.type().equals("key.revoked") && row.key().equals(key.key()));
      for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
        Api token = cluster.api(Service.TOKEN, replica).as(key.secret());
        await()
            .atMost(VERDICTS_WITHIN)
            .untilAsserted(() ->
                assertThat(token.post("/v1/authorize").status())
                    .as(key.key())
                    .isEqualTo(revoked ? 401 : 200));
      }
    }
  }

  private static List<Long> upTo(int size) {
    return LongStream.range(0, size).boxed().toList();
  }

  private List<byte[]> committed(String topic) {
    var values = new ArrayList<byte[]>();
    TopicRecords.each(
        cluster,
        topic,
        Map.of("isolation.level", "read_committed"),
        record -> values.add(record.value()));
    return values;
  }
}
