package dev.keyledger.infra.services;

import dev.keyledger.infra.servers.BrokerLogins;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the platform consists of, besides its servers. */
public enum Service {
  TOKEN("token-service", "token-service", "token", 256),
  COMMAND("command-service", "command-service", "command", 256),
  QUERY("query-service", "query-service", "query", 192),
  DELIVERY("delivery-service", "delivery-service", "delivery", 160),
  GATEWAY("gateway", "gateway", null, 160),
  /** The demonstration of a service that the platform protects. */
  DOWNSTREAM("downstream", "infra/downstream", null, 128);

  private final String title;
  private final String folder;
  private final @Nullable String schema;
  private final int heapMegabytes;

  Service(String title, String folder, @Nullable String schema, int heapMegabytes) {
    this.title = title;
    this.folder = folder;
    this.schema = schema;
    this.heapMegabytes = heapMegabytes;
  }

  /** Its name in logs, on the terminal and in its artifact. */
  public String title() {
    return title;
  }

  /** Its module's folder, from the root of the project. */
  String folder() {
    return folder;
  }

  /** Its schema in the database, or none. */
  public Optional<String> schema() {
    return Optional.ofNullable(schema);
  }

  /** The user that it is to Kafka, or none where it doesn't use it. */
  public Optional<String> kafkaUser() {
    return this == GATEWAY
        ? Optional.empty()
        : Optional.of(BrokerLogins.user(name().toLowerCase(Locale.ROOT)));
  }

  /** A heap that is enough for a demonstration, in MiB. */
  public int heapMegabytes() {
    return heapMegabytes;
  }
}
