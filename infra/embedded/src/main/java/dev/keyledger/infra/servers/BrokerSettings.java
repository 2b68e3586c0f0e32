package dev.keyledger.infra.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What one broker that is its own controller needs, sized for a machine that runs all else too. */
final class BrokerSettings {
  private BrokerSettings() {}

  /**
   * @param superuser the password of {@link BrokerLogins#SUPERUSER}: the broker then tells clients
   *     apart and lets them do what ACLs say; without, anybody may do anything
   */
  static Map<String, String> of(
      Path data,
      int port,
      int controllerPort,
      List<EmbeddedKafka.Line> lines,
      Optional<String> superuser) {
    String protocol = superuser.isPresent() ? "SASL_PLAINTEXT" : "PLAINTEXT";
    var settings = new TreeMap<String, String>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@localhost:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    var listeners = new StringJoiner(",").add("BROKER://localhost:" + port);
    var advertised = new StringJoiner(",").add("BROKER://localhost:" + port);
    var protocols = new StringJoiner(",").add("BROKER:" + protocol).add("CONTROLLER:" + protocol);
    for (int i = 0; i < lines.size(); i++) {
      listeners.add("LINE" + i + "://localhost:" + lines.get(i).listens());
      advertised.add("LINE" + i + "://localhost:" + lines.get(i).advertised());
      protocols.add("LINE" + i + ":" + protocol);
    }
    listeners.add("CONTROLLER://localhost:" + controllerPort);
    settings.put("listeners", listeners.toString());
    settings.put("advertised.listeners", advertised.toString());
    settings.put("listener.security.protocol.map", protocols.toString());
    settings.put("inter.broker.listener.name", "BROKER");
    superuser.ifPresent(password -> settings.putAll(withLogins(password, lines.size())));
    settings.put("log.dirs", data.toString());
    // The platform alone makes topics, with the settings that its guarantees need.
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    // A killed relay's transaction holds back every verifier until it is found to be too old.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // A killed broker may register again once its old session is over: three seconds, not nine.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "4");
    settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    settings.put("socket.request.max.bytes", "16777216");
    return settings;
  }

  /** SCRAM can't begin by itself: what knows its users is the broker, so that has a plain login. */
  private static Map<String, String> withLogins(String superuser, int lines) {
    String plain =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%1$s\""
            + " password=\"%2$s\" user_%1$s=\"%2$s\";";
    String own = plain.formatted(BrokerLogins.SUPERUSER, superuser);
    var settings = new TreeMap<String, String>();
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put("sasl.mechanism.controller.protocol", "PLAIN");
    settings.put("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
    settings.put("listener.name.controller.plain.sasl.jaas.config", own);
    var listeners = new ArrayList<>(List.of("broker"));
    IntStream.range(0, lines).forEach(i -> listeners.add("line" + i));
    for (String listener : listeners) {
      String prefix = "listener.name." + listener + ".";
      settings.put(prefix + "sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256");
      settings.put(prefix + "plain.sasl.jaas.config", own);
      settings.put(
          prefix + "scram-sha-256.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:" + BrokerLogins.SUPERUSER);
    return settings;
  }
}
