package dev.keyledger.testing;

import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The lines of one cluster, each between one replica and one of its peers. */
final class Lines implements AutoCloseable {
  private final List<End> ends;
  private final Map<End, CuttableLine> lines = new HashMap<>();

  /**
   * @param near the port that the replica is told
   * @param listener where Kafka listens for this line alone, since it tells its clients where to go
   */
  private record End(Service from, int index, Peer to, int near, int listener) {}

  private Lines(List<End> ends) {
    this.ends = ends;
  }

  static Lines of(Layout layout) {
    var ends = new ArrayList<End>();
    for (Service from : Service.values()) {
      for (int index = 0; index < layout.count(from); index++) {
        for (Peer to : Peer.of(from)) {
          if (layout.hasLine(from, index, to)) {
            List<Integer> ports = Ports.free(2);
            ends.add(new End(from, index, to, ports.get(0), ports.get(1)));
          }
        }
      }
    }
    return new Lines(ends);
  }

  List<EmbeddedKafka.Line> toKafka() {
    return ends.stream()
        .filter(end -> end.to == Peer.KAFKA)
        .map(end -> new EmbeddedKafka.Line(end.listener, end.near))
        .toList();
  }

  void open(Database database, Map<Service, URI> services) {
    for (End end : ends) {
      lines.put(end, CuttableLine.between(end.near, target(end, database, services)));
    }
  }

  private static int target(End end, Database database, Map<Service, URI> services) {
    return switch (end.to) {
      case POSTGRESQL -> database.port();
      case KAFKA -> end.listener;
      case COMMAND -> port(services, Service.COMMAND);
      case QUERY -> port(services, Service.QUERY);
      case TOKEN -> port(services, Service.TOKEN);
      case DELIVERY -> port(services, Service.DELIVERY);
    };
  }

  private static int port(Map<Service, URI> services, Service service) {
    return Objects.requireNonNull(services.get(service)).getPort();
  }

  /** What the replica is told instead of where its peers really are. */
  Map<String, Object> settings(Service from, int index, Database database) {
    var settings = new TreeMap<String, Object>();
    for (End end : ends) {
      if (end.from == from && end.index == index) {
        String near = "localhost:" + end.near;
        switch (end.to) {
          case POSTGRESQL ->
              settings.put(
                  "keyledger.database.url", "jdbc:postgresql://" + near + "/" + database.name());
          case KAFKA -> settings.put("keyledger.kafka.bootstrap-servers", near);
          case COMMAND -> settings.put("keyledger.command-service.url", "http://" + near);
          case QUERY -> settings.put("keyledger.query-service.url", "http://" + near);
          case TOKEN -> settings.put("keyledger.token-service.url", "http://" + near);
          case DELIVERY -> settings.put("keyledger.delivery-service.url", "http://" + near);
        }
      }
    }
    return settings;
  }

  CuttableLine get(Service from, int index, Peer to) {
    return lines.entrySet().stream()
        .filter(line -> line.getKey().from == from)
        .filter(line -> line.getKey().index == index)
        .filter(line -> line.getKey().to == to)
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "no line from " + from.title() + "-" + index + " to " + to + " in this layout"));
  }

  @Override
  public void close() {
    for (CuttableLine line : lines.values()) {
      try {
        line.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a line", e);
      }
    }
  }
}
