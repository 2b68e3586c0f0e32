package dev.keyledger.testing;

import dev.keyledger.infra.services.Service;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cluster consists of.
 *
 * @param replicas how many of each service; absent ones are not started
 * @param jvm options of every service's Java machine
 * @param settings of every service, beside those that wire it
 * @param line whether the last replica of token-service reaches Kafka by a line that a test can
 *     cut; embedded servers only
 */
public record Layout(
    Map<Service, Integer> replicas, List<String> jvm, Map<String, ?> settings, boolean line) {
  private static final List<String> QUICK_TO_START = List.of("-XX:TieredStopAtLevel=1");

  public Layout {
    replicas = Map.copyOf(replicas);
    jvm = List.copyOf(jvm);
    settings = Map.copyOf(settings);
  }

  /** One of everything. */
  public static Layout single() {
    return new Layout(
        Map.of(
            Service.COMMAND, 1,
            Service.QUERY, 1,
            Service.TOKEN, 1,
            Service.GATEWAY, 1,
            Service.DOWNSTREAM, 1),
        QUICK_TO_START,
        Map.of(),
        false);
  }

  public Layout with(Service service, int count) {
    var changed = new TreeMap<>(replicas);
    changed.put(service, count);
    return new Layout(changed, jvm, settings, line);
  }

  public Layout withSetting(String name, Object value) {
    var changed = new TreeMap<String, Object>(settings);
    changed.put(name, value);
    return new Layout(replicas, jvm, changed, line);
  }

  public Layout withJvm(String... options) {
    return new Layout(replicas, List.of(options), settings, line);
  }

  public Layout withLine() {
    return new Layout(replicas, jvm, settings, true);
  }

  int count(Service service) {
    return replicas.getOrDefault(service, 0);
  }
}
