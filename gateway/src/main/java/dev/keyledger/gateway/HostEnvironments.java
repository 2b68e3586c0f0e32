package dev.keyledger.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which environment a host stands for; one that isn't listed stands for none and takes all. */
final class HostEnvironments {
  private final Map<String, String> byHost = new HashMap<>();

  /**
   * @param hosts each {@code host=environment}
   * @throws IllegalArgumentException naming an entry of another form
   */
  HostEnvironments(List<String> hosts) {
    for (String entry : hosts) {
      String[] sides = entry.strip().split("=", -1);
      if (sides.length != 2 || sides[0].isBlank() || sides[1].isBlank()) {
        throw new IllegalArgumentException(
            "keyledger.gateway.hosts takes entries host=environment, not " + entry);
      }
      byHost.put(sides[0].strip().toLowerCase(Locale.ROOT), sides[1].strip());
    }
  }

  /**
   * @param host as in the {@code Host} header, with or without a port or the root's dot
   */
  Optional<String> of(String host) {
    return Optional.ofNullable(
        byHost.get(host.replaceFirst("\\.?(:\\d*)?$", "").toLowerCase(Locale.ROOT)));
  }
}
