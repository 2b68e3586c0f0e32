package dev.keyledger.infra.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What one broker that is its own controller needs, sized for a machine that runs all else too. */
final class BrokerSettings {
  private BrokerSettings() {}

  static Map<String, String> of(
      Path data, int port, int controllerPort, List<EmbeddedKafka.Line> lines) {
    var settings = new TreeMap<String, String>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@localhost:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    var listeners = new StringJoiner(",").add("BROKER://localhost:" + port);
    var advertised = new StringJoiner(",").add("BROKER://localhost:" + port);
    var protocols = new StringJoiner(",").add("BROKER:PLAINTEXT").add("CONTROLLER:PLAINTEXT");
    for (int i = 0; i < lines.size(); i++) {
      listeners.add("LINE" + i + "://localhost:" + lines.get(i).listens());
      advertised.add("LINE" + i + "://localhost:" + lines.get(i).advertised());
      protocols.add("LINE" + i + ":PLAINTEXT");
    }
    listeners.add("CONTROLLER://localhost:" + controllerPort);
    settings.put("listeners", listeners.toString());
    settings.put("advertised.listeners", advertised.toString());
    settings.put("listener.security.protocol.map", protocols.toString());
    settings.put("inter.broker.listener.name", "BROKER");
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
}
