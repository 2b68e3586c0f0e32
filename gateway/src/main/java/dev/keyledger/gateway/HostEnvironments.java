package dev.keyledger.gateway;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which environments a host stands for. One that is listed without any, or isn't listed, stands for
 * none and takes all.
 */
final class HostEnvironments {
  private final Map<String, List<String>> byHost = new HashMap<>();

  /**
   * @param hosts each {@code host=environment|environment}, or {@code host} alone
   * @throws IllegalArgumentException naming an entry of another form
   */
  HostEnvironments(List<String> hosts) {
    for (String entry : hosts) {
      String[] sides = entry.strip().split("=", -1);
      List<String> environments =
          Arrays.stream(sides[sides.length - 1].split("\\|", -1)).map(String::strip).toList();
      if (sides.length > 2 || sides[0].isBlank() || environments.contains("")) {
        throw new IllegalArgumentException(
            "keyledger.gateway.hosts takes entries host=environment|environment, or host, not "
                + entry);
      }
      byHost.put(name(sides[0]), sides.length == 1 ? List.of() : environments);
    }
  }

  /**
   * @param host as in the {@code Host} header, with or without a port or the root's dot
   */
  Optional<List<String>> of(String host) {
    return Optional.ofNullable(byHost.get(name(host))).filter(named -> !named.isEmpty());
  }

  /**
   * @param host as {@link #of} takes it
   */
  boolean has(String host) {
    return byHost.containsKey(name(host));
  }

  private static String name(String host) {
    return host.strip().replaceFirst("\\.?(:\\d*)?$", "").toLowerCase(Locale.ROOT);
  }
}
