package dev.keyledger.testing;

import dev.keyledger.infra.services.Service;
import java.util.List;
import java.util.Map;

/**
 * What a service reaches over the network, each over a line of its own where a layout has lines.
 */
public enum Peer {
  POSTGRESQL,
  KAFKA,
  COMMAND,
  QUERY,
  TOKEN,
  DELIVERY;

  private static final Map<Service, List<Peer>> CALLED =
      Map.of(
          Service.COMMAND, List.of(POSTGRESQL, KAFKA, TOKEN),
          Service.QUERY, List.of(POSTGRESQL, KAFKA, TOKEN),
          Service.TOKEN, List.of(POSTGRESQL, KAFKA),
          Service.DELIVERY, List.of(POSTGRESQL, KAFKA, COMMAND, QUERY, TOKEN),
          Service.GATEWAY, List.of(COMMAND, QUERY, TOKEN, DELIVERY),
          Service.DOWNSTREAM, List.of());

  /** All that such a service has connections to; it is connected to by none that isn't in here. */
  public static List<Peer> of(Service service) {
    return CALLED.getOrDefault(service, List.of());
  }
}
