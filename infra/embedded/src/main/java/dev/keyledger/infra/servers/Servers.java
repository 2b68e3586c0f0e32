package dev.keyledger.infra.servers;

import java.sql.Connection;
import java.util.Map;

/**
 * The servers that the platform stands on: one PostgreSQL and one Kafka broker, real ones. Which
 * kind is the machine's affair, not the test's: processes of our own, or containers with {@code
 * -Dkeyledger.servers=containers}.
 */
public interface Servers extends AutoCloseable {
  /** The setting that chooses between {@code embedded} (the default) and {@code containers}. */
  String KIND = "keyledger.servers";

  /** The database {@code keyledger}, with roles and schemas, without any table. */
  Database database();

  /** Another database with roles and schemas, for a test that must not meet others' rows. */
  Database freshDatabase();

  String bootstrapServers();

  /** What a client of the broker that may do anything has to be told beside; empty for most. */
  default Map<String, String> kafkaProperties() {
    return Map.of();
  }

  /** Another broker, for a test that must not meet others' records. The caller closes it. */
  Broker freshBroker();

  /** Ends the servers and forgets their data. */
  @Override
  void close();

  default String jdbcUrl() {
    return database().jdbcUrl();
  }

  default Connection asSuperuser() {
    return database().asSuperuser();
  }

  /** The servers that all tests of this JVM share; they end with it. */
  static Servers forTests() {
    return SharedServers.get();
  }

  /** Servers of the caller's own, of the kind that the setting names. */
  static Servers start() {
    return switch (System.getProperty(KIND, "embedded")) {
      case "embedded" -> EmbeddedServers.startTemporary();
      case "containers" -> new ContainerServers();
      case String other ->
          throw new IllegalArgumentException(KIND + " is embedded or containers, not " + other);
    };
  }

  /** A broker that one test has for itself. */
  interface Broker extends AutoCloseable {
    String bootstrapServers();

    @Override
    void close();
  }
}
