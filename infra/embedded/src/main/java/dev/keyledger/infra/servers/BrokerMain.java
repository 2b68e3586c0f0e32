package dev.keyledger.infra.servers;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker as a program: {@code BrokerMain <folder> <port> <controller port>}, and of every
 * line the port at which it listens and the one that it advertises.
 */
final class BrokerMain {
  /**
   * Of the environment, where others on the machine can't see it; none for a broker without logins.
   */
  static final String SUPERUSER_PASSWORD = "KEYLEDGER_BROKER_PASSWORD";

  private BrokerMain() {}

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    Map<String, String> settings =
        BrokerSettings.of(
            data,
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            lines(arguments),
            Optional.ofNullable(System.getenv(SUPERUSER_PASSWORD)));
    format(data);
    var server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
    server.startup();
    server.awaitShutdown();
  }

  private static List<EmbeddedKafka.Line> lines(String[] arguments) {
    var lines = new ArrayList<EmbeddedKafka.Line>();
    for (int i = 3; i < arguments.length; i += 2) {
      lines.add(
          new EmbeddedKafka.Line(
              Integer.parseInt(arguments[i]), Integer.parseInt(arguments[i + 1])));
    }
    return lines;
  }

  /** Names the cluster in a new folder; a folder that has a name keeps it. */
  private static void format(Path data) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(data);
    var said = new ByteArrayOutputStream();
    new Formatter()
        .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
        .setClusterId(clusterId())
        .setNodeId(1)
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setControllerListenerName("CONTROLLER")
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .run();
  }

  private static String clusterId() {
    var bytes = ByteBuffer.allocate(16);
    UUID random = UUID.randomUUID();
    bytes.putLong(random.getMostSignificantBits()).putLong(random.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
