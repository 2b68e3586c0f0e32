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
 * @param lines what reaches what by lines that a test can cut; embedded servers only
 * @param kafkaLogins whether the broker tells clients apart and lets each service do what it needs
 *     alone; embedded servers only
 * @param smallDisk MiB of a disk that PostgreSQL sees beside its own, or 0 for none; embedded
 *     servers only
 */
public record Layout(
    Map<Service, Integer> replicas,
    List<String> jvm,
    Map<String, ?> settings,
    Lines lines,
    boolean kafkaLogins,
    int smallDisk) {
  private static final List<String> QUICK_TO_START = List.of("-XX:TieredStopAtLevel=1");

  /** Which connections go over lines that can be cut. */
  public enum Lines {
    NONE,
    /** The last replica of token-service's to Kafka. */
    ONE,
    /** Every replica's to every {@link Peer}. */
    ALL
  }

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
        Lines.NONE,
        false,
        0);
  }

  public Layout with(Service service, int count) {
    var changed = new TreeMap<>(replicas);
    changed.put(service, count);
    return new Layout(changed, jvm, settings, lines, kafkaLogins, smallDisk);
  }

  public Layout withSetting(String name, Object value) {
    var changed = new TreeMap<String, Object>(settings);
    changed.put(name, value);
    return new Layout(replicas, jvm, changed, lines, kafkaLogins, smallDisk);
  }

  public Layout withJvm(String... options) {
    return new Layout(replicas, List.of(options), settings, lines, kafkaLogins, smallDisk);
  }

  public Layout withLine() {
    return new Layout(replicas, jvm, settings, Lines.ONE, kafkaLogins, smallDisk);
  }

  public Layout withLines() {
    return new Layout(replicas, jvm, settings, Lines.ALL, kafkaLogins, smallDisk);
  }

  public Layout withSmallDisk(int megabytes) {
    return new Layout(replicas, jvm, settings, lines, kafkaLogins, megabytes);
  }

  public Layout withKafkaLogins() {
    return new Layout(replicas, jvm, settings, lines, true, smallDisk);
  }

  boolean isEmbedded() {
    return lines != Lines.NONE || kafkaLogins || smallDisk > 0;
  }

  boolean hasLine(Service from, int index, Peer to) {
    return switch (lines) {
      case NONE -> false;
      case ONE -> from == Service.TOKEN && index == count(from) - 1 && to == Peer.KAFKA;
      case ALL -> true;
    };
  }

  int count(Service service) {
    return replicas.getOrDefault(service, 0);
  }
}
