package dev.keyledger.testing;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Looks for secrets in every place where something stays: logs, tables, topics, metrics. */
public final class Hunt {
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final List<String> found = new ArrayList<>();

  /**
   * @param what it is, for the report, which must not show the secret either
   */
  public void plant(String what, String secret) {
    if (secret.length() < 8) {
      throw new IllegalArgumentException(what + " is too short to be told from chance");
    }
    secrets.put(what, secret);
  }

  /** Looks through one text. */
  public void search(String place, String text) {
    secrets.forEach((what, secret) -> {
      if (text.contains(secret)) {
        found.add(what + " in " + place);
      }
    });
  }

  public List<String> found() {
    return List.copyOf(found);
  }

  public void searchEverything(Cluster cluster) throws IOException, SQLException {
    searchFiles(cluster.logs());
    searchTables(cluster);
    for (Topics.Spec topic : Topics.ALL) {
      TopicRecords.each(cluster, topic.name(), record -> searchRecord(topic.name(), record));
    }
    for (Service service : Service.values()) {
      for (ServiceProcess replica : cluster.replicas(service)) {
        search(
            "metrics of " + replica.name(),
            Api.at(replica.managementUri()).get("/actuator/prometheus").rawBody());
      }
    }
  }

  /** Everything below a folder, as bytes: text logs, and what servers write. */
  public void searchFiles(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        search(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private void searchTables(Cluster cluster) throws SQLException {
    try (Connection connection = cluster.servers().asSuperuser()) {
      for (String table : tables(connection)) {
        try (var statement = connection.createStatement();
            var rows = statement.executeQuery("SELECT * FROM " + table)) {
          int columns = rows.getMetaData().getColumnCount();
          while (rows.next()) {
            for (int i = 1; i <= columns; i++) {
              byte[] value = rows.getBytes(i);
              if (value != null) {
                search("table " + table, new String(value, StandardCharsets.ISO_8859_1));
              }
            }
          }
        }
      }
    }
  }

  private static List<String> tables(Connection connection) throws SQLException {
    var tables = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                    + " WHERE schemaname IN ('command', 'query', 'token')")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  private void searchRecord(String topic, ConsumerRecord<byte[], byte[]> record) {
    record.headers().forEach(header -> search("headers on " + topic, text(header.value())));
    search("keys on " + topic, text(record.key()));
    search("values on " + topic, text(record.value()));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
